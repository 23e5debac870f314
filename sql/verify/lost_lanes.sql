-- sluice_internal.lost_lanes(migration): lanes that are done, and whose assigned columns are others now: a column was
-- dropped and added again, and what they wrote is gone. Only where no count of pending rows tells it
-- (sluice_internal.migration.assigned_columns).
-- Called when:  no lane is left to work on. Internal: runs with its caller's rights.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.lost_lanes(migration sluice_internal.migration)
returns setof bigint
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select l.lane_id
  from (
    select r.relation, substring(
      sluice_internal.key_order(r.relation, migration.key_columns, migration.assigned_columns)
        from '^[^,]* set ([0-9 ]+)') as assigned
    from sluice_internal.leaf_relations(migration.target) as r
    where cardinality(migration.assigned_columns) > 0) as n
  join sluice_internal.lane l on l.relation = n.relation
  where l.migration_id = migration.migration_id and l.act = 'change' and l.state = 'done' and not l.is_outdated
    and substring(l.key_order from '^[^,]* set ([0-9 ]+)') <> n.assigned
$$;

comment on function sluice_internal.lost_lanes(sluice_internal.migration) is
  'The lanes whose values were lost with a column that was dropped and added again.';
