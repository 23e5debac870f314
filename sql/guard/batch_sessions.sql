-- sluice_internal.batch_sessions(): the sessions that run a batch now, with what the owner of schema sluice may see of
-- them: with pg_monitor everything, so that viewers need not have it; what it may not see is null. Who
-- they are: guard/batch_backends.sql.
-- Called when:  sluice.activity is read.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_sessions()
returns table (
  lane_id bigint, pid integer, role name, client_addr inet, state text, began_at timestamptz, wait_event_type text,
    wait_event text,
  blocked_by integer[]
)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select l.lane_id, a.pid, a.usename, a.client_addr, a.state, a.xact_start, a.wait_event_type, a.wait_event,
    case when a.state is not null then pg_blocking_pids(a.pid) end
  from sluice_internal.batch_backends() as l
  join pg_stat_activity a on a.pid = l.pid
$$;

comment on function sluice_internal.batch_sessions() is
  'Returns the sessions that run a batch now, and what they wait for.';
