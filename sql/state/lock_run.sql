-- sluice_internal.lock_run(name, caller): the migration, checked and locked for a change of its run by a person.
-- Called when:  a control verb begins. Internal: runs with its caller's rights.
-- Locks: all lanes of the migration when lanes_too, then its schedule, then its row (lock_schedule).  Writes: nothing.
-- Raises: SL002 unknown name; SL007 when the caller neither owns it nor is an operator.

create or replace function sluice_internal.lock_run(name text, caller name, lanes_too boolean default false)
returns sluice_internal.migration
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  if caller is null
    or not sluice_internal.is_owner(migration, caller) and not has_table_privilege(caller, 'sluice.schedule', 'update')
  then
    raise exception using
      errcode = 'SL007',
      message = format('migration "%s" belongs to "%s"', name, migration.owner),
      detail = format('You are "%s".', caller),
      hint = format('Log in as the owner, or let the owner of schema sluice make you an operator: '
        'select sluice.grant_operator(%L);', caller);
  end if;

  perform sluice_internal.lock_schedule(migration.migration_id, lanes_too);
  return sluice_internal.find_migration(name);
end
$$;

comment on function sluice_internal.lock_run(text, name, boolean) is
  'The migration of a name, locked, if the caller may control it.';
