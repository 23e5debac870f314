-- sluice_internal.begin_proof(migration): creates the lane whose only batch counts the pending rows of the whole target
-- in one snapshot.
-- Called when:  a pass found nothing more. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: lanes, compiled functions, the migration's state.  Raises: nothing.

create or replace function sluice_internal.begin_proof(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.compile_migration(migration.migration_id);
  delete from sluice_internal.lane l where l.migration_id = migration.migration_id and l.act = 'prove';
  insert into sluice_internal.lane (migration_id, relation, act, pass, batch_size, rows_estimated, seconds_per_row)
  select migration.migration_id, migration.target, 'prove', migration.pass, 1,
    (select coalesce(sum(sluice_internal.estimate_rows(r.relation)), 0)
      from sluice_internal.leaf_relations(migration.target) as r),
    (select sum(l.seconds_busy) / nullif(sum(l.rows_visited), 0) from sluice_internal.lane l
      where l.migration_id = migration.migration_id and l.act = 'sweep');
  update sluice_internal.migration m
  set state = 'verifying', state_reason = null
  where m.migration_id = migration.migration_id;
end
$$;

comment on function sluice_internal.begin_proof(sluice_internal.migration) is
  'Creates the lane that counts the pending rows of the whole target in one snapshot.';
