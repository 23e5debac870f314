-- sluice_internal.write_schedule(schedule, drawn): writes a planned schedule, what the plan chose for the run, and how
-- many rows it expects in the lanes of a new one.
-- What a caller can lie about is its own migration's cost.
-- Called when:  schedule() has planned.
-- Locks, writes: the migration's row, its schedule, its lanes (by the triggers of sluice.schedule).
-- Raises: SL002, SL006 when it is scheduled already or done, SL007, SL009.

create or replace function sluice_internal.write_schedule(
  schedule sluice.schedule, drawn sluice_internal.drawn_plan, caller sluice_internal.caller default current_user
)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  plan sluice_internal.migration_plan := drawn.plan;
  migration sluice_internal.migration := sluice_internal.lock_run(schedule.migration, caller);
  is_new_run boolean := not exists (
    select from sluice_internal.lane l where l.migration_id = migration.migration_id and l.act <> 'capture');
begin
  perform sluice_internal.require_schedulable(migration);
  update sluice_internal.migration m
  set planned_stripes = plan.stripes,
    planned_by_blocks = plan.walk = 'blocks' and m.key_columns <> '{ctid}',
    planned_batch = least(plan.batch_size, 100000000),
    -- null stays null: not measured
    planned_seconds_per_row = case when plan.seconds_per_row > 0
      then least(greatest(plan.seconds_per_row, 1e-12), 1e6) end,
    planned_seconds_per_change = case when drawn.seconds_per_change > 0
      then least(greatest(drawn.seconds_per_change, 1e-12), 1e6) end,
    planned_proof = case when plan.proof is not null then least(greatest(plan.proof, '0'), '876600 hours') end,
    -- of a run that goes on, with those that it changed before
    pending_estimated = plan.pending_estimated + coalesce(
      (select sum(l.rows_changed) from sluice_internal.lane l where l.migration_id = m.migration_id), 0)
  where m.migration_id = migration.migration_id;
  insert into sluice.schedule (migration, starts_at, deadline, priority, workers, during, immediately, scheduled_at)
  values (schedule.migration, schedule.starts_at, schedule.deadline, schedule.priority, schedule.workers,
    schedule.during,
    schedule.immediately, schedule.scheduled_at);

  if is_new_run then
    update sluice_internal.lane l
    set rows_estimated = r.rows
    from unnest(drawn.leaves) as r
    where l.migration_id = migration.migration_id and l.act = 'change' and l.relation = r.relation;
    update sluice_internal.migration m set rows_estimated = plan.rows_estimated
      where m.migration_id = migration.migration_id;
  end if;
end
$$;

comment on function sluice_internal.write_schedule(sluice.schedule, sluice_internal.drawn_plan,
  sluice_internal.caller) is
  'Writes a planned schedule for the migration''s owner or an operator.';
