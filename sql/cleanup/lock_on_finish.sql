-- sluice_internal.lock_on_finish(name, position, caller): the finished migration, locked, if this on_finish statement
-- is its next one.
-- Called when:  a statement of on_finish begins or was executed. Internal: runs with its caller's rights.
-- Locks: the migration's row.  Writes: nothing.
-- Raises: SL002, SL007; SL008 when another session executed it meanwhile, so that this one rolls back.

create or replace function sluice_internal.lock_on_finish(name text, "position" integer, caller name)
returns sluice_internal.migration
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
begin
  if migration.state <> 'finished' or migration.on_finish_done <> "position" - 1 then
    raise exception using
      errcode = 'SL008',
      message = format('statement %s of on_finish of migration "%s" is not the next one', "position", name),
      detail = format('%s of %s are done, the migration is %s.', migration.on_finish_done,
        cardinality(migration.on_finish), migration.state),
      hint = format('Another session may be cleaning up too; call sluice.cleanup(%L) again.', name);
  end if;
  return migration;
end
$$;

comment on function sluice_internal.lock_on_finish(text, integer, name) is
  'Locks and returns a finished migration whose next statement of on_finish is the given one.';
