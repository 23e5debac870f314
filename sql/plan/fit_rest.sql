-- sluice_internal.fit_rest(migration_id, schedule): the plan of what is left of a run under a schedule, by what its
-- batches cost.
-- Called when:  rescheduling and throttling, and when a deadline is at risk. Internal: runs with its caller's rights.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing.

create or replace function sluice_internal.fit_rest(migration_id bigint, schedule sluice.schedule)
returns sluice_internal.migration_plan
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  policy sluice.policy;
  work record;
  plan sluice_internal.migration_plan;
begin
  select p.* into strict policy from sluice.policy p;
  select w.* into work from sluice_internal.work_left(migration_id) as w;
  plan.rows_estimated := work.rows_left;
  plan.seconds_per_row := coalesce(work.seconds_per_row, 0);
  plan.batch_size := 1;
  plan.stripes := 1;
  return sluice_internal.fit_plan(plan, schedule, policy);
end
$$;

comment on function sluice_internal.fit_rest(bigint, sluice.schedule) is
  'What is left of a run under a schedule: its duration, and whether it meets the deadline.';
