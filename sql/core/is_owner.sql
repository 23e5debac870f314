-- sluice_internal.is_owner(migration, role): whether a role owns a migration: by its oid, or by its name in a copy on
-- another server that is not adopted.
-- Called when:  a verb, a batch or a report has to be its owner's. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_owner(migration sluice_internal.migration, role name)
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  if migration.owner_id = sluice_internal.role_id(role) and migration.owner = role then
    -- whether it is a copy or not, which need not be asked then
    return true;
  end if;
  return coalesce(
    case when sluice_internal.knows_owner_ids() then migration.owner_id = sluice_internal.role_id(role)
      else migration.owner = role end,
      false);
end
$$;

comment on function sluice_internal.is_owner(sluice_internal.migration, name) is
  'Returns whether a role owns a migration.';
