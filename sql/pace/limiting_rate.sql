-- sluice_internal.limiting_rate(plan, schedule): the rate, in rows a second, by which max_rate or the windows keep a
-- plan's workers from what they could do; null where the cost of the rows is what takes the time, so that more workers
-- help.
-- Called when:  planning, and when a deadline cannot be met.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.limiting_rate(plan sluice_internal.migration_plan, schedule sluice.schedule)
returns numeric
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select r.rate
  from sluice_internal.highest_rate(schedule) as r (rate)
  where not schedule.immediately
    and r.rate::double precision * plan.seconds_per_row < sluice_internal.worker_speed(schedule.workers)
$$;

comment on function sluice_internal.limiting_rate(sluice_internal.migration_plan, sluice.schedule) is
  'The rate of a schedule or its windows that limits a plan, all workers together; null when none does.';
