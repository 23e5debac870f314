-- sluice_internal.find_id(name): the id of the migration of that name, for functions that run with their caller's
-- rights.
-- Called when:  a view is read for one migration.
-- Locks, writes: nothing.
-- Raises: SL002.

create or replace function sluice_internal.find_id(name text)
returns bigint
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select (sluice_internal.find_migration(name)).migration_id
$$;

comment on function sluice_internal.find_id(text) is
  'Returns the id of a migration; raises SL002 when there is none of that name.';
