-- sluice_internal.read_captured(name): a migration as its capture trigger is made from, and removed.
-- Called when:  a capture trigger is made or removed.
-- Locks, writes: nothing.
-- Raises: SL002; SL007 when the caller neither owns the migration nor is an operator.

create or replace function sluice_internal.read_captured(name text, caller sluice_internal.caller default current_user)
returns sluice_internal.migration
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  if caller is null or not sluice_internal.is_owner(migration, caller)
    and not has_table_privilege(caller, 'sluice.schedule', 'update') then
    raise exception using
      errcode = 'SL007',
      message = format('migration "%s" belongs to "%s"', name, migration.owner),
      hint = format('Log in as "%s".', migration.owner);
  end if;
  return migration;
end
$$;

comment on function sluice_internal.read_captured(text, sluice_internal.caller) is
  'A migration, for those who make or remove its capture trigger.';
