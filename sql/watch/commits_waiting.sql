-- sluice_internal.commits_waiting(): the sessions of workers whose commit waits for a synchronous standby. Batches
-- commit asynchronously; the end of a run does not.
-- Called when:  sluice.progress and sluice.stuck are read.
-- Locks, writes: nothing.  Raises: nothing. Without pg_monitor the owner of schema sluice does not see what others wait
--   for.

create or replace function sluice_internal.commits_waiting()
returns table (owner_id oid, pid integer)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select a.usesysid, min(a.pid)
  from pg_stat_activity a
  where a.datname = current_database() and a.wait_event = 'SyncRep'
    and (a.application_name = 'sluice worker' or a.application_name like 'sluice % lane %')
  group by a.usesysid
$$;

comment on function sluice_internal.commits_waiting() is
  'Returns the owners of which a worker''s commit waits for a synchronous standby.';
