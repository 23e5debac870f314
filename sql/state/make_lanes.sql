-- sluice_internal.make_lanes(migration): the lanes of a new run, one a leaf relation; what an earlier, cancelled run
-- did is kept. Stripes and the first batch are as planned by schedule(); without a plan, as the definition's walk says.
-- The first lane is active, so that the worker who is woken finds it; refill_lanes puts others to work.
-- Where a lane ends is found by its first batch, in a session of the owner.
-- Called when:  a migration is scheduled. Internal: runs with its caller's rights.
-- Locks: nothing.  Writes: sluice_internal.lane, sluice_internal.migration.  Raises: nothing.

create or replace function sluice_internal.make_lanes(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.compile_migration(migration.migration_id);
  perform sluice_internal.queue_capture(migration);
  if exists (select from sluice_internal.lane l where l.migration_id = migration.migration_id
    and l.act <> 'capture') then
    return;
  end if;

  insert into sluice_internal.lane (migration_id, relation, by_blocks, state, batch_size, rows_estimated, stripes)
  select migration.migration_id, r.relation, migration.planned_by_blocks,
    case when row_number() over () = 1
      and not exists (select from sluice_internal.lane l where l.migration_id = migration.migration_id)
      then 'active' else 'queued' end,
    greatest(least(coalesce(migration.planned_batch, 1000), coalesce(migration.max_batch, p.max_batch)),
      coalesce(migration.min_batch, 1)),
    sluice_internal.estimate_rows(r.relation),
    coalesce(migration.planned_stripes, case when migration.walk = 'striped' then 16 else 1 end)
  from sluice_internal.leaf_relations(migration.target) as r
  cross join sluice.policy p;

  update sluice_internal.migration m
  set rows_estimated = (select sum(l.rows_estimated) from sluice_internal.lane l where l.migration_id = m.migration_id)
  where m.migration_id = migration.migration_id;
end
$$;

comment on function sluice_internal.make_lanes(sluice_internal.migration) is
  'Creates one lane for each relation that holds rows of the target.';
