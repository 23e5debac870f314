-- sluice_internal.follow_partitions(migration): gives relations that became part of the target during the run their
-- lanes; returns how many. What is walked still gets a lane of the walk, in verification one of the sweep; so one
-- migration has one progress, and finished covers what was attached meanwhile.
-- Without a predicate nothing tells the rows that need work from those written since: then an event says that it is not
-- walked, and its lane is done from the start.
-- What was dropped or detached is found by the next batch of its lanes, which ends them (read_lane, fail). When it
-- comes back, they go on where they ended, with or without a predicate; and in verification it is swept, if it was not
-- there to be swept.
-- Called when:  keeping house, and before a pass is completed; by sessions that hold the schedule's row.
-- Internal: runs with its caller's rights.
-- Locks: the lanes of what came back, skipping those that others hold.  Writes: lanes, compiled functions,
--   migration.rows_estimated, sluice_internal.captured_relation, an event a relation;
-- NOTIFY sluice.  Raises: nothing.

create or replace function sluice_internal.follow_partitions(migration sluice_internal.migration)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  proves_rows constant boolean := btrim(lower(migration.pending)) <> 'true';
  attached regclass;
  lanes_back bigint;
  rows_attached bigint;
  created bigint := 0;
begin
  -- as it is now that the schedule is locked
  select m.* into strict migration from sluice_internal.migration m
  where m.migration_id = follow_partitions.migration.migration_id;
  if migration.capture and sluice_internal.is_captured(migration) then
    -- before they have lanes: from now on a trigger that is touched counts as lost
    perform sluice_internal.record_capture(migration);
  end if;
  for attached in
    -- a foreign one has an event only, where there is no predicate; else the migration pauses (pause_for_attached)
    select a.relation from sluice_internal.attached_relations(migration.migration_id) as a
    where a.is_new and (a.kind = 'r' or not proves_rows)
  loop
    perform sluice_internal.compile_migration(migration.migration_id);
    rows_attached := case when proves_rows then sluice_internal.estimate_rows(attached) else 0 end;
    insert into sluice_internal.lane (migration_id, relation, act, state, pass, batch_size, rows_estimated, stripes)
    select migration.migration_id, attached,
      case when migration.pass = 0 then 'change' else 'sweep' end,
      case when proves_rows then 'queued' else 'done' end,
      migration.pass,
      case when migration.pass = 0 then least(1000, coalesce(migration.max_batch, p.max_batch))
        else coalesce(migration.max_batch, p.max_batch) end,
      rows_attached,
      case when migration.pass = 0 and migration.walk = 'striped' then 16 else 1 end
    from sluice.policy p;
    if migration.pass = 0 then
      update sluice_internal.migration m
      set rows_estimated = m.rows_estimated + rows_attached,
        pending_estimated = m.pending_estimated
          + ceil(rows_attached * coalesce(m.pending_estimated / nullif(m.rows_estimated, 0)::numeric, 1))
      where m.migration_id = migration.migration_id;
    end if;
    perform sluice_internal.record_event(migration.migration_id, 'relation_attached',
      case when proves_rows then format('%s became part of the target and is walked too', attached)
        else format('%s became part of the target during the run and is not walked, because pending is true',
          attached) end);
    if proves_rows then
      created := created + 1;
    end if;
  end loop;

  for attached, lanes_back in
    with back as (
      update sluice_internal.lane l
      set state = 'queued', is_gone = false, version = l.version + 1, due_at = clock_timestamp()
      where l.lane_id in (
        select g.lane_id from sluice_internal.lane g
        where g.migration_id = migration.migration_id and g.is_gone
          and sluice_internal.is_leaf_of(g.relation, migration.target)
        for no key update skip locked)
      returning l.relation)
    select b.relation, count(*) from back b group by b.relation
  loop
    perform sluice_internal.compile_migration(migration.migration_id);
    perform sluice_internal.record_event(migration.migration_id, 'relation_attached',
      format('%s became part of the target again, and is walked from where that ended', attached));
    created := created + lanes_back;
  end loop;
  if created > 0 then
    perform sluice_internal.wake_drivers(migration.name);
  end if;
  return created;
end
$$;

comment on function sluice_internal.follow_partitions(sluice_internal.migration) is
  'Creates lanes for relations that became part of the target during the run, and returns how many.';
