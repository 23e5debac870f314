-- sluice.batch_sessions(): the sessions that run a batch now, with what the owner of schema sluice may see of them:
-- with pg_monitor everything, so that viewers need not have it; what it may not see is null. claim() puts migration
-- and lane into application_name for the time of its transaction, and locks the lane. Anybody can set that name; but
-- no other role can take that lock, and the session must be the owner's.
-- Called when:  sluice.activity is read.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.batch_sessions()
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
  from pg_locks k
  join pg_stat_activity a on a.pid = k.pid
  join sluice.lane l on l.lane_id::text = substring(a.application_name, ' lane ([0-9]+)$')
  join sluice.migration m on m.migration_id = l.migration_id
  -- of a superuser it shows the login, whatever SET SESSION AUTHORIZATION made of it
  join pg_roles r on r.oid = a.usesysid and (r.oid = m.owner_id or r.rolsuper)
  where k.relation = 'sluice.lane'::regclass and k.mode = 'RowShareLock'
    and a.datname = current_database() and a.application_name like 'sluice % lane %'
$$;

comment on function sluice.batch_sessions() is 'Returns the sessions that run a batch now, and what they wait for.';
