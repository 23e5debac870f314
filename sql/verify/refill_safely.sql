-- sluice_internal.refill_safely(migration_id): refill_lanes(), whose error pauses this migration, and is not in the way
-- of the owner's others. What passes by itself is raised as it is: the worker asks again.
-- Called when:  a worker found no lane. Internal: runs with its caller's rights.
-- Locks, writes: as refill_lanes; the migration's and the schedule's row when it pauses.
-- Raises: what a lost race, a lock, a shutdown or a lack of resources raises.

create or replace function sluice_internal.refill_safely(migration_id bigint)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  return sluice_internal.refill_lanes(migration_id);
exception when others then
  if left(sqlstate, 2) in ('25', '40', '53', '55', '57', '58') then
    raise;
  end if;
  perform sluice_internal.pause_migration(migration_id, format('%s (SQLSTATE %s)', sqlerrm, sqlstate),
    format('SQLSTATE %s',
    sqlstate));
  return false;
end
$$;

comment on function sluice_internal.refill_safely(bigint) is
  'Makes lanes of a migration runnable; an error pauses the migration, and not the worker.';
