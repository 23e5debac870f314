-- sluice_internal.name_failure(lane, failures): the key that failed by itself as often as policy.max_attempts says,
-- with the lane's last error.
-- Called when:  checkpointing a lane whose batch was only this key. Internal: runs with its caller's rights.
-- Locks: nothing.  Writes: an event.  Raises: nothing.

create or replace function sluice_internal.name_failure(lane sluice_internal.lane,
  failures sluice_internal.failed_row[])
returns sluice_internal.failed_row[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if cardinality(failures) > 0 then
    failures[1].sqlstate := lane.error_sqlstate;
    failures[1].message := lane.error_message;
    failures[1].detail := lane.error_detail;
    failures[1].hint := case
      when failures[1].rows > 1 then format(
        '%s rows have this key, and are one batch: define the migration with a key of more columns, in which they '
        'differ.',
        failures[1].rows)
      else lane.error_hint
    end;
    failures[1].context := lane.error_context;
    failures[1].constraint_name := lane.error_constraint;
    perform sluice_internal.record_event(lane.migration_id, 'key_failed',
      format('a key was quarantined after %s attempts on %s row(s) (SQLSTATE %s)', lane.attempts - 1, failures[1].rows,
        lane.error_sqlstate),
      jsonb_build_object('key', failures[1].key, 'rows', failures[1].rows, 'sqlstate', lane.error_sqlstate,
        'message', lane.error_message));
  end if;
  return failures;
end
$$;

comment on function sluice_internal.name_failure(sluice_internal.lane, sluice_internal.failed_row[]) is
  'Returns the key that keeps failing by itself, with the error of its lane.';
