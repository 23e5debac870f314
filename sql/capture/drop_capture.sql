-- sluice.drop_capture(name): removes the capture trigger of a migration that does not run.
-- Its function is dropped, which takes the triggers along: so it needs no right on the table.
-- Returns true when nothing is left of it; false when the lock was not to be had in time, or the session is not the
-- owner's, who alone may drop it.
-- Called when:  cleaning up, cancelling, forgetting; by the owner at any time.
-- Locks: the target and its partitions, ACCESS EXCLUSIVE, waiting at most a tenth of a second.  Writes: trigger and
--   function.
-- Raises: SL002, SL006, SL007.

create or replace function sluice.drop_capture(name text)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
set client_min_messages to warning
set lock_timeout to '100ms'
as $$
-- a regprocedure is quoted where it must be: @plpgsql_check_options: security_warnings = off
declare
  migration sluice_internal.migration := sluice_internal.read_captured(name);
  own record;
begin
  perform sluice_internal.require_state(migration, 'drop the capture trigger of', 'defined', 'finished', 'failed',
    'cancelled', 'paused');
  for own in select f.function, f.owner from sluice_internal.capture_functions(migration.migration_id) as f loop
    if own.owner <> session_user or current_user <> session_user then
      return false;
    end if;
    begin
      execute format('drop function %s cascade', own.function);
    exception when lock_not_available then
      return false;
    end;
  end loop;
  return true;
end
$$;

comment on function sluice.drop_capture(text) is
  'Removes the capture trigger of a migration that does not run; false when that must be tried again, or by its owner.';
