-- sluice_internal.forecast_from(migration_id, free_at): when a migration will be done, verification included, by its
-- own batches: the expected time, and between which times it will be, as a rule; free_at is when those are done that
-- must be finished first.
--
--   rows left      = those of all lanes, and what they cost, verification included (pace/work_left.sql)
--   with deadline  = as the pace says, or later when rows left * seconds a row do not fit
--   its sweep      = at most as long as a gentle one takes (checkpoint/pace_lane.sql)
--   without        = rows left * seconds a row, in the part of the time that the lanes' batches took of late
--   workers        = as many as the schedule allows, or as are there, if these are fewer (pace/workers_present.sql);
--                  when none
--                    is there, it is forecast for when they come
--   spread         = 1.28 standard deviations of a batch's cost a row (checkpoint/count_batch.sql), which leave one in
--                  ten
--                    above them where they are normally distributed, and 10 % for the estimate of the rows
--   earliest       = rows left at the cost less its spread; with a deadline not before nine tenths of what the pace
--                  says
--   latest         = rows left at the cost and its spread; with a deadline not before the pace's last aim, half-way
--                  between
--                    80 % of the time and its end (pace/seconds_to_use.sql)
--
-- The costs are those that batches had, not means of them: an hour in which all rows are as dear as the dearest of late
-- is possible, and batches that are near to each other are alike. Only open time counts. Before the first batch the
-- cost is what the plan measured. Holds by guards that may come are not foreseen.
-- Called when:  forecasting. Internal: runs with its caller's rights.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing. Null while it is not running, when nothing is known yet, and while it is held and nobody knows for
--   how long (forecast/held_since.sql), unless it would be late even if it went on now; when it was done, if it is
--   finished.

create or replace function sluice_internal.forecast_from(
  migration_id bigint,
  free_at timestamptz,
  out earliest timestamptz,
  out expected timestamptz,
  out latest timestamptz
)
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  rows_uncertain constant double precision := 0.1;
  migration sluice_internal.migration;
  plan sluice.schedule;
  policy sluice.policy;
  workers integer;
  work record;
  rate double precision;
  rate_limit double precision;
  seconds double precision;
  spread double precision;
  paced double precision;
  paced_latest double precision;
  waits double precision;
  begins_at timestamptz;
  unpaced boolean;
begin
  select m.* into migration from sluice_internal.migration m where m.migration_id = forecast_from.migration_id;
  if migration.state = 'finished' then
    earliest := migration.finished_at;
    expected := migration.finished_at;
    latest := migration.finished_at;
    return;
  end if;
  select s.* into plan from sluice.schedule s where s.migration = migration.name;
  if not found or free_at is null or migration.state not in ('scheduled', 'running', 'verifying') then
    return;
  end if;
  select p.* into strict policy from sluice.policy p;

  select w.* into work from sluice_internal.work_left(migration.migration_id) as w;

  begins_at := greatest(clock_timestamp(), plan.starts_at, free_at);
  unpaced := plan.immediately or migration.hurried_until > clock_timestamp();
  if unpaced then
    plan.during := '{}';
    plan.deadline := null;
  else
    rate_limit := least(plan.max_rate, sluice_internal.window_rate(plan.during));
  end if;

  -- one that is there is all that is allowed, and need not be counted
  workers := case when plan.workers > 1
    then (select nullif(p.workers, 0)
      from sluice_internal.workers_present(sluice_internal.owner_name(migration.owner_id, migration.owner)) as p) end;
  rate := sluice_internal.worker_speed(least(workers, plan.workers)) / nullif(work.seconds_per_row, 0);
  if plan.deadline is null then
    rate := coalesce(work.busy_workers / nullif(work.seconds_per_row, 0),
      rate * case when unpaced then 1 else policy.gentle_share end);
  else
    rate := rate * coalesce(nullif(sluice_internal.guard_factor(migration.target), 0), 1);
  end if;
  seconds := work.rows_left / nullif(least(rate, rate_limit), 0);
  spread := 1 + rows_uncertain + 1.28 * coalesce(work.spread, 0);
  earliest := sluice_internal.open_until(plan.during, begins_at, seconds / spread);
  latest := sluice_internal.open_until(plan.during, begins_at, seconds * spread);

  if plan.deadline is not null then
    waits := sluice_internal.open_seconds(plan.during, clock_timestamp(), begins_at);
    paced := sluice_internal.seconds_to_use(plan, policy) - waits;
    paced := least(paced, work.batches_left * sluice_internal.longest_pause(paced));
    paced_latest := sluice_internal.open_seconds(plan.during, begins_at, plan.deadline)
      - sluice_internal.open_seconds(plan.during, greatest(plan.starts_at, plan.scheduled_at), plan.deadline)
        * (1 - policy.deadline_share) / 2;
    if migration.state = 'verifying' then
      paced := least(paced, seconds / policy.gentle_share::double precision);
      paced_latest := least(paced_latest, paced * spread);
    end if;
    earliest := greatest(earliest, sluice_internal.open_until(plan.during, begins_at, paced * (1 - rows_uncertain)));
    latest := greatest(latest, sluice_internal.open_until(plan.during, begins_at, greatest(paced, paced_latest)));
  end if;
  expected := sluice_internal.open_until(plan.during, begins_at, greatest(seconds, paced));
  -- a hold of unknown length: that it would be late even if it ended now is all that is known
  if sluice_internal.held_since(migration.migration_id) is not null
    and (plan.deadline is null or expected <= plan.deadline) then
    earliest := null;
    expected := null;
    latest := null;
  end if;
end
$$;

comment on function sluice_internal.forecast_from(bigint, timestamptz) is
  'Between which times a migration will be done that may begin at a given one, and when most likely.';
