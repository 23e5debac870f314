-- sluice_internal.is_vacuum_wanted(migration_id): whether a vacuum under way is to go on. False once its migration was
-- paused, cancelled or forgotten, or upkeep was turned off.
-- Called when:  the driver looks, while it vacuums.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_vacuum_wanted(migration_id bigint)
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from sluice_internal.migration m
    join sluice.policy p on p.vacuum_share > 0
    where m.migration_id = is_vacuum_wanted.migration_id
      and m.state in ('scheduled', 'running', 'verifying', 'finished'));
end
$$;

comment on function sluice_internal.is_vacuum_wanted(bigint) is
  'Whether a vacuum that is under way for a migration is to go on.';
