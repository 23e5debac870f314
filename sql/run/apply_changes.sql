-- sluice_internal.apply_changes(result, columns, changes): applies what a handler returned for rows of the batch in
-- hand. Changes are an array of objects, text or null by column; all have the same columns. Those that identify the row
-- find it, the others are set. Called as often as the handler's changes differ in their columns.
-- Called when:  after run and the handler, in the same transaction; its answer goes to checkpoint.
-- Runs with the session's rights, and only in a session logged in as the migration's owner.
-- Locks: rows that run has locked already.  Writes: these rows.
-- Raises: SL007, SL008 (read_lane); SL024 for columns that do not fit; SL025 for a row that is not of the batch; and
--   what PostgreSQL says of values that do not fit their columns.

create or replace function sluice_internal.apply_changes(result sluice_internal.batch_result, columns text[],
  changes jsonb)
returns sluice_internal.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  work sluice_internal.lane_work := sluice_internal.read_lane(result.lane_id);
  applied sluice_internal.batch_result;
begin
  perform sluice_internal.require_owner_session(work.owner);
  execute format('select c.rows_changed, c.rows_updated, c.rows_hot from sluice_internal.%I($1, $2, $3, $4) as c',
    format('apply_%s_%s', work.migration_id, work.relation::oid))
  into applied.rows_changed, applied.rows_updated, applied.rows_hot
  using result.lower, result.upper, columns, changes;
  result.rows_changed := result.rows_changed + applied.rows_changed;
  result.rows_updated := result.rows_updated + applied.rows_updated;
  result.rows_hot := result.rows_hot + applied.rows_hot;
  return result;
end
$$;

comment on function sluice_internal.apply_changes(sluice_internal.batch_result, text[], jsonb) is
  'Applies what a handler returned to rows of the batch in hand, by key; what it did goes to checkpoint().';
