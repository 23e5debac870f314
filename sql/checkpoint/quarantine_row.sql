-- sluice.quarantine_row(lane, migration, policy, result): puts the row at the lane's cursor aside, with its error, and
-- fails the migration when too many rows were put aside.
-- Called when:  checkpointing after a data error was narrowed down to one key. Internal: runs with its caller's rights.
-- Locks: the migration's row, only when it fails.  Writes: sluice.quarantine, sluice.event.  Raises: nothing.

create or replace function sluice.quarantine_row(
  lane sluice.lane, migration sluice.migration, policy sluice.policy, result sluice.batch_result
)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  tolerated constant bigint := 100;
  rows_quarantined bigint;
  rows_visited bigint;
begin
  insert into sluice.quarantine (
    migration_id, relation, lower, key, rows, stripes, stripe,
    sqlstate, message, detail, hint, context, constraint_name)
  values (
    lane.migration_id, lane.relation, result.lower, result.upper, greatest(result.rows_visited, 1), lane.stripes,
    lane.stripe, lane.error_sqlstate, lane.error_message, lane.error_detail, lane.error_hint, lane.error_context,
    lane.error_constraint);

  select sum(q.rows) into rows_quarantined from sluice.quarantine q where q.migration_id = lane.migration_id;
  if rows_quarantined = 1 then
    perform sluice.record_event(lane.migration_id, 'quarantined',
      format('the first row was quarantined: key %s, %s', result.upper, lane.error_message),
      jsonb_build_object('key', result.upper, 'sqlstate', lane.error_sqlstate));
  end if;

  select sum(l.rows_visited) into rows_visited from sluice.lane l where l.migration_id = lane.migration_id;
  if rows_quarantined > greatest(tolerated, rows_visited * coalesce(migration.max_failed, policy.max_failed)) then
    perform sluice.fail_migration(lane.migration_id,
      format('%s of %s rows visited could not be migrated, more than max_failed allows; the last error: %s',
        rows_quarantined, rows_visited, lane.error_message));
  end if;
end
$$;

comment on function sluice.quarantine_row(sluice.lane, sluice.migration, sluice.policy, sluice.batch_result) is
  'Puts a row that cannot be migrated aside with its error; fails the migration when there are too many.';
