-- sluice_internal.end_proof(migration, proving): what follows from a proof: true when it saw no pending row, and the
-- run is to end. Otherwise the verification begins again, to find the rows by ranges; or the run fails, when that
-- happened too often.
-- Called when:  the lane of the proof is done. One without a snapshot failed with an error, and
--   the ranges find the row that raises it.
-- Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: an event, lanes, the migration's row.  Raises: nothing.

create or replace function sluice_internal.end_proof(migration sluice_internal.migration, proving sluice_internal.lane)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  proof constant sluice_internal.snapshot_proof := proving.proof;
  most_rounds constant integer := case when migration.key_columns = '{ctid}' then 3 else 10 end;
  found_rows text := case
    when proof.snapshot is null then format('the query that proves it failed (SQLSTATE %s)', proving.error_sqlstate)
    else format('%s row(s) are pending in one snapshot of the whole table', proof.rows_pending)
  end;
begin
  if proof.rows_pending = 0 then
    return true;
  end if;
  if migration.proof_rounds + 1 >= most_rounds then
    perform sluice_internal.fail_migration(migration.migration_id, format(
      '%s, after %s rounds of verification: the application writes pending rows, or moves them, faster than they are '
      'found, '
      'or the change leaves them pending; let it write converted rows, or define with capture => true; then call '
      'sluice.retry(%L)',
      found_rows, most_rounds, migration.name), format('%s, after %s rounds of verification', found_rows, most_rounds));
    return false;
  end if;
  perform sluice_internal.record_event(migration.migration_id, 'proof_failed',
    format('%s, so verification begins again', found_rows),
    jsonb_strip_nulls(jsonb_build_object('rows', proof.rows_pending, 'snapshot', proof.snapshot::text,
      'sqlstate', case when proof.snapshot is null then proving.error_sqlstate end)));
  update sluice_internal.migration m
  set proof_rounds = m.proof_rounds + 1
  where m.migration_id = migration.migration_id;
  perform sluice_internal.restart_verification(migration.migration_id);
  return false;
end
$$;

comment on function sluice_internal.end_proof(sluice_internal.migration, sluice_internal.lane) is
  'Whether a proof saw no pending row; if it did, verification begins again, or the run fails after ten rounds.';
