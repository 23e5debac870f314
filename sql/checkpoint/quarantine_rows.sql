-- sluice_internal.quarantine_rows(lane, migration, policy, result): puts the rows that could not be migrated aside,
-- each with its error, fails the migration when there are too many, and returns the lane with the last error as its
-- own. A row that was put aside before, and fails again in a sweep or where its range is walked once more, has one row
-- there: the newest.
-- Called when:  checkpointing a batch in which rows failed. Internal: runs with its caller's rights.
-- Locks: the migration's row, only when it fails.  Writes: sluice_internal.quarantine, sluice_internal.event.  Raises:
--   nothing.

create or replace function sluice_internal.quarantine_rows(
  lane sluice_internal.lane, migration sluice_internal.migration, policy sluice.policy,
  result sluice_internal.batch_result
)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  failures constant sluice_internal.failed_row[] := result.failures;
  tolerated constant bigint := 100;
  last_failure sluice_internal.failed_row := failures[cardinality(failures)];
  known_before boolean;
  rows_failed bigint;
  rows_quarantined bigint;
  rows_visited bigint;
begin
  delete from sluice_internal.quarantine q
  using unnest(failures) as f
  where q.migration_id = lane.migration_id and q.relation = lane.relation
    and hash_array(q.key) = hash_array(f.key) and q.key = f.key;
  known_before := found;
  insert into sluice_internal.quarantine (
    migration_id, relation, lower, key, rows, stripes, stripe, key_order, sqlstate, message, detail, hint, context,
    constraint_name)
  select lane.migration_id, lane.relation, f.lower, f.key, greatest(f.rows, 1),
    case when lane.by_blocks then 1 else lane.stripes end, case when lane.by_blocks then 0 else lane.stripe end,
    sluice_internal.key_order(lane.relation, migration.key_columns, migration.assigned_columns),
    f.sqlstate, left(f.message, 10000), left(f.detail, 10000), left(f.hint, 10000), left(f.context, 10000),
    f.constraint_name
  from unnest(failures) as f;

  last_failure.message := left(last_failure.message, 10000);
  lane.failed_at := clock_timestamp();
  lane.error_sqlstate := last_failure.sqlstate;
  lane.error_message := last_failure.message;
  lane.error_detail := left(last_failure.detail, 10000);
  lane.error_hint := left(last_failure.hint, 10000);
  lane.error_context := left(last_failure.context, 10000);
  lane.error_constraint := last_failure.constraint_name;

  select sum(greatest(f.rows, 1)) into rows_failed from unnest(failures) as f;
  select sum(q.rows) into rows_quarantined from sluice_internal.quarantine q where q.migration_id = lane.migration_id;
  if rows_quarantined = rows_failed and not known_before then
    perform sluice_internal.record_event(lane.migration_id, 'quarantined',
      format('the first row was quarantined: key %s, %s', failures[1].key, left(failures[1].message, 10000)),
      jsonb_build_object('key', failures[1].key, 'sqlstate', failures[1].sqlstate),
      format('the first row was quarantined: SQLSTATE %s', failures[1].sqlstate));
  end if;

  select sum(l.rows_visited) + result.rows_visited / lane.stripes into rows_visited
  from sluice_internal.lane l where l.migration_id = lane.migration_id;
  if rows_quarantined > greatest(tolerated, rows_visited * coalesce(migration.max_failed, policy.max_failed)) then
    perform sluice_internal.fail_migration(lane.migration_id,
      format('%s of %s rows visited could not be migrated, more than max_failed allows; the last error: %s',
        rows_quarantined, rows_visited, last_failure.message),
      format('%s of %s rows visited could not be migrated, more than max_failed allows; the last error: SQLSTATE %s',
        rows_quarantined, rows_visited, last_failure.sqlstate));
  end if;
  return lane;
end
$$;

comment on function sluice_internal.quarantine_rows(sluice_internal.lane, sluice_internal.migration, sluice.policy,
  sluice_internal.batch_result) is
  'Puts rows that cannot be migrated aside, each with its error; fails the migration when there are too many.';
