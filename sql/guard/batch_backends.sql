-- sluice_internal.batch_backends(): the backends that run a batch, with its lane. claim() puts migration and lane into
-- application_name for the time of its transaction, which anybody can do; but it also locks the lane, which no other
-- role can, and the session must be the owner's.
-- Called when:  a guard is read, and sluice.activity. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_backends()
returns table (pid integer, lane_id bigint, target oid)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select a.pid, l.lane_id, m.target::oid
  from pg_locks k
  join pg_stat_activity a on a.pid = k.pid
  join sluice_internal.lane l on l.lane_id::text = substring(a.application_name, ' lane ([0-9]+)$')
  join sluice_internal.migration m on m.migration_id = l.migration_id
  -- of a superuser it shows the login, whatever SET SESSION AUTHORIZATION made of it
  join pg_roles r on r.oid = a.usesysid and (r.oid = m.owner_id or r.rolsuper)
  where k.relation = 'sluice_internal.lane'::regclass and k.mode = 'RowShareLock'
    and k.database = (select d.oid from pg_database d where d.datname = current_database())
    and a.datname = current_database() and a.application_name like 'sluice % lane %'
$$;

comment on function sluice_internal.batch_backends() is
  'Returns the backends that run a batch now, with its lane and target.';
