-- sluice_internal.require_no_capture(migration, verb): refuses to let go of a migration whose capture trigger is still
-- there, for nothing would tell of it any more.
-- Called when:  cleaning up and forgetting.
-- Locks, writes: nothing.
-- Raises: SL006.

create or replace function sluice_internal.require_no_capture(migration sluice_internal.migration, verb text)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  left_over record;
begin
  select f.function, f.owner into left_over from sluice_internal.capture_functions(migration.migration_id) as f limit 1;
  if found then
    raise exception using
      errcode = 'SL006',
      message = format('cannot %s migration "%s": its capture trigger is still on %s', verb, migration.name,
        migration.target),
      detail = format('Its function %s belongs to "%s".', left_over.function, left_over.owner),
      hint = format('As "%s": select sluice.drop_capture(%L); and try again while it says false. '
        'A superuser can: drop function %s cascade;', left_over.owner, migration.name, left_over.function);
  end if;
end
$$;

comment on function sluice_internal.require_no_capture(sluice_internal.migration, text) is
  'Raises SL006 while the capture trigger of a migration is still there.';
