-- sluice_internal.begin_again(migration): after bounds of lanes turned out to be outdated (catalog/key_order.sql): the
-- walk of those relations begins again from their first row, where it was in the walk, and verification from the start
-- in any case. There is a predicate, which passes by the rows that are done.
-- Called when:  all lanes are done. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: lanes, quarantine, the migration's row, an event.  Raises: nothing.

create or replace function sluice_internal.begin_again(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  outdated constant regclass[] := array(
    select distinct l.relation from sluice_internal.lane l where l.migration_id = migration.migration_id
      and l.is_outdated);
  walked constant sluice_internal.lane[] := array(
    select distinct on (l.relation) l
    from sluice_internal.lane l
    where l.migration_id = migration.migration_id and l.is_outdated and l.act = 'change' and l.pass = 0
    order by l.relation, l.by_blocks desc, l.batch_size desc);
begin
  perform sluice_internal.record_event(migration.migration_id, 'bounds_outdated',
    format('%s was rewritten, or has other columns or another order of its key now, so the %s begins again',
      array_to_string(outdated, ', '), case when cardinality(walked) > 0 then 'walk' else 'verification' end));
  -- the places of these rows are others now, and the walk will meet them again
  delete from sluice_internal.quarantine q
  where q.migration_id = migration.migration_id and q.relation = any (outdated) and migration.key_columns = '{ctid}';
  delete from sluice_internal.lane l
  where l.migration_id = migration.migration_id and l.act = 'change' and l.pass = 0
    and l.relation in (select w.relation from unnest(walked) as w);
  insert into sluice_internal.lane (migration_id, relation, by_blocks, batch_size, stripes, rows_estimated,
    seconds_per_row)
  select w.migration_id, w.relation, w.by_blocks, w.batch_size, w.stripes, sluice_internal.estimate_rows(w.relation),
    w.seconds_per_row
  from unnest(walked) as w;
  perform sluice_internal.restart_verification(migration.migration_id);
  update sluice_internal.migration m
  set state = 'running', state_reason = null
  where m.migration_id = migration.migration_id and cardinality(walked) > 0;
end
$$;

comment on function sluice_internal.begin_again(sluice_internal.migration) is
  'Lets walk and verification begin again where the bounds of lanes are outdated.';
