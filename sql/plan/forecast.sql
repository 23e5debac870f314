-- sluice.forecast(migration_id): when a migration will be done, verification included, by its own batches.
--
--   rows left      = estimated less visited, of all lanes, and a tenth of all rows for the sweep that is still to come
--   with deadline  = as the pace says, or later when rows left * seconds a row do not fit
--   its sweep      = at most as long as a gentle one takes (checkpoint/pace_lane.sql)
--   without        = rows left / the lanes' recent rates, pauses included
--
-- Only open time counts. Before the first batch the cost is what the plan measured. Holds by guards that may come are not
-- foreseen.
-- Called when:  by views, reschedule, and when a deadline may be at risk.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing. Null while it is not running, or when nothing is known yet; when it was done, if it is finished.

create or replace function sluice.forecast(migration_id bigint)
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice.migration;
  plan sluice.schedule;
  policy sluice.policy;
  work record;
  rate double precision;
  rate_limit double precision;
  seconds double precision;
  paced double precision;
  begins_at timestamptz;
begin
  select m.* into migration from sluice.migration m where m.migration_id = forecast.migration_id;
  if migration.state = 'finished' then
    return migration.finished_at;
  end if;
  select s.* into plan from sluice.schedule s where s.migration = migration.name;
  if not found or migration.state not in ('scheduled', 'running', 'verifying') then
    return null;
  end if;
  select p.* into strict policy from sluice.policy p;

  select w.* into work from sluice.work_left(migration.migration_id) as w;

  begins_at := greatest(clock_timestamp(), plan.starts_at);
  if plan.immediately or migration.hurried then
    plan.during := '{}';
    plan.deadline := null;
  else
    rate_limit := least(plan.max_rate, sluice.window_rate(plan.during));
  end if;

  rate := sluice.worker_speed(plan.workers) / work.seconds_per_row;
  if plan.deadline is null then
    rate := coalesce(work.rows_per_second,
      rate * case when plan.immediately or migration.hurried then 1 else policy.gentle_share end);
  else
    rate := rate * nullif(sluice.guard_factor(migration.target), 0);
  end if;
  seconds := work.rows_left / nullif(least(rate, rate_limit), 0);

  if plan.deadline is not null then
    paced := sluice.seconds_to_use(plan, policy) - sluice.open_seconds(plan.during, clock_timestamp(), begins_at);
    if migration.state = 'verifying' then
      paced := least(paced, seconds / policy.gentle_share::double precision);
    end if;
    seconds := greatest(seconds, paced);
  end if;
  return sluice.open_until(plan.during, begins_at, seconds);
end
$$;

comment on function sluice.forecast(bigint) is
  'When a migration will be done at its recent rate, or as its deadline paces it; null when that is not known.';
