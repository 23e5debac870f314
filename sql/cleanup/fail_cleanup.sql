-- sluice_internal.fail_cleanup(name, sqlstate, message, ...): remembers why a cleanup does not go on after
-- verification, for sluice.stuck and sluice.events; returns at which step it was and, when it waits for a lock (55P03),
-- for whom. Of many attempts to get a lock an event tells of the first.
-- Called when:  a statement of on_finish raised, or a lock of cleanup was not to be had; in a transaction of its own.
-- Locks, writes: the migration's row, an event.
-- Raises: SL002, SL007.

create or replace function sluice_internal.fail_cleanup(
  name text,
  sqlstate text,
  message text default null,
  detail text default null,
  hint text default null,
  context text default null,
  caller sluice_internal.caller default current_user
)
returns text
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
  waits boolean := fail_cleanup.sqlstate = '55P03';
  statement text := migration.on_finish[migration.on_finish_done + 1];
  step text := case when statement is null then 'the removal of the capture trigger'
    else format('statement %s of on_finish', migration.on_finish_done + 1) end;
  told text;
begin
  message := left(message, 10000);
  told := concat(
    case when waits then format('%s waits for a lock on %s; locks there are held by %s', step, migration.target,
      sluice_internal.holders_of(migration.target))
    else format('%s failed: %s (SQLSTATE %s)', step, message, sqlstate) end,
    ': ' || statement, '. ' || sluice_internal.index_path_hint(statement, sqlstate));
  if migration.state = 'finished' then
    if not waits or migration.cleanup_sqlstate is distinct from fail_cleanup.sqlstate then
      perform sluice_internal.record_event(migration.migration_id, case when waits then 'cleanup_waits'
        else 'cleanup_failed' end, told,
        jsonb_strip_nulls(jsonb_build_object('sqlstate', sqlstate, 'detail', nullif(detail, ''), 'hint',
          nullif(hint, ''),
          'context', nullif(context, ''))),
        case when waits then told else format('%s failed: SQLSTATE %s', step, sqlstate) end);
    end if;
    update sluice_internal.migration m
    set cleanup_failed_at = clock_timestamp(), cleanup_sqlstate = fail_cleanup.sqlstate, cleanup_error = told
    where m.migration_id = migration.migration_id;
  end if;
  return case when waits then told else concat(step, ': ' || statement) end;
end
$$;

comment on function sluice_internal.fail_cleanup(text, text, text, text, text, text, sluice_internal.caller) is
  'Remembers why a cleanup does not go on after verification, and returns it for people.';
