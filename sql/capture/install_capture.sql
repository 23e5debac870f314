-- sluice_internal.install_capture(migration): puts the capture trigger on the target, in place of what is left of an
-- earlier one. The lock that this takes waits at most a tenth of a second, so that no writer queues behind us for
-- longer than that; and less than PostgreSQL waits before it looks for a deadlock, so that nobody becomes the victim of
-- one. It conflicts with the lock of every writer. So, when it is held, each transaction that wrote to the table before
-- has ended, and whatever is written later is seen by the trigger, whichever snapshot its transaction has.
-- Called when:  run() meets the capture lane, in a session of the owner.
-- Locks: the target and its partitions, SHARE ROW EXCLUSIVE.  Writes: a trigger and its function, in the target's
--   schema.
-- Raises: 55P03, saying who holds the lock; SL001 where others may create in a schema of the path by now; 42501; what
--   PostgreSQL says.

create or replace function sluice_internal.install_capture(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
set client_min_messages to warning
set lock_timeout to '100ms'
as $$
-- the author's own SQL, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  condition record;
  old_function regprocedure;
  old_table regclass;
  statement text;
  before jsonb;
begin
  perform sluice_internal.refuse_open_schemas(migration);
  begin
    before := sluice_internal.apply_settings(migration.settings || sluice_internal.writing_settings());
    select * into condition from sluice_internal.capture_condition(migration);
    for old_function in select f.function from sluice_internal.capture_functions(migration.migration_id) as f loop
      execute format('drop function %s cascade', old_function);
    end loop;
    for old_table in
      select s.relation from sluice_internal.capture_triggers(migration) as s where s.trigger_id is not null
        and not s.is_inherited
    loop
      execute format('drop trigger %I on %s', (sluice_internal.capture_names(migration.migration_id)).trigger_name,
        old_table);
    end loop;
    foreach statement in array sluice_internal.capture_statements(migration, condition.condition,
      condition.is_safe) loop
      execute statement;
    end loop;
    perform sluice_internal.apply_settings(before);
  exception when lock_not_available then
    raise exception using
      errcode = 'lock_not_available',
      message = format('the lock on %s for its capture trigger, held by %s', migration.target,
        sluice_internal.holders_of(migration.target, '{AccessShareLock,RowShareLock}')),
      hint = 'It is taken as soon as nobody writes to the table for a moment. A transaction that stays open keeps it; '
        'so does a running vacuum.';
  end;
end
$$;

comment on function sluice_internal.install_capture(sluice_internal.migration) is
  'Creates the capture trigger, waiting for its lock no longer than a tenth of a second.';
