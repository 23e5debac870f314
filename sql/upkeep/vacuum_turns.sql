-- sluice_internal.vacuum_turns(owner_id): the sessions of a role whose turn it is to vacuum: those that next_vacuum()
-- gave an order to, and that have not recorded its end. A session is vacuuming as long as it has VACUUM's lock on the
-- relation, or was given the order a few seconds ago. One that is not, because its driver is frozen or cut off, keeps
-- no other from vacuuming.
-- Called when:  upkeep is asked for; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.vacuum_turns(owner_id oid)
returns table (migration_id bigint, relation regclass, pid integer, began_at timestamptz, is_vacuuming boolean)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select u.migration_id, u.relation, u.pid, u.began_at,
    u.began_at > clock_timestamp() - interval '5 seconds' or exists (
      select from pg_locks k
      where k.pid = u.pid and k.relation = u.relation and k.mode = 'ShareUpdateExclusiveLock' and k.granted
        and k.database = (select d.oid from pg_database d where d.datname = current_database()))
  from sluice_internal.upkeep u
  join sluice_internal.migration m on m.migration_id = u.migration_id and m.owner_id = vacuum_turns.owner_id
  cross join lateral pg_stat_get_activity(u.pid) as a
  where u.ended_at is null and a.usesysid = m.owner_id
$$;

comment on function sluice_internal.vacuum_turns(oid) is
  'Returns the sessions of a role whose turn it is to vacuum, and whether they do.';
