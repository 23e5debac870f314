-- sluice_internal.deadline_advice(migration_id, late_by): what helps a run that will be late, in verbs that its owner
-- may call: the rate lifted where that is what limits; the workers that its schedule allows and nobody runs; else time,
-- or more workers, for which a driver is named if there are fewer. One that waits for others is not quicker for either.
-- Called when:  sluice.stuck is read.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing.

create or replace function sluice_internal.deadline_advice(migration_id bigint, late_by interval)
returns text
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  most_workers constant integer := 64;
  longest constant interval := interval '87600 hours';
  schedule sluice.schedule;
  plan sluice_internal.migration_plan;
  workers integer;
  more_workers integer;
  rate numeric;
  more_time text;
  needed interval;
  hold text := sluice_internal.hold_reason(migration_id);
begin
  select (sluice_internal.workers_present(sluice_internal.owner_name(m.owner_id, m.owner))).workers into workers
  from sluice_internal.migration m
  where m.migration_id = deadline_advice.migration_id;
  select s.* into strict schedule
  from sluice_internal.migration m
  join sluice.schedule s on s.migration = m.name
  where m.migration_id = deadline_advice.migration_id;
  schedule.starts_at := greatest(schedule.starts_at, clock_timestamp());
  plan := sluice_internal.fit_rest(migration_id, schedule);
  more_workers := least(2 * schedule.workers, most_workers);
  rate := sluice_internal.limiting_rate(plan, schedule);
  needed := least(longest, greatest(plan.shortest_deadline,
    date_trunc('minute', schedule.deadline + 1.5 * late_by + interval '1 minute' - schedule.starts_at)));
  more_time := case
    -- no time is enough where no window opens
    when late_by is null and schedule.during <> '{}' then
      format('select * from sluice.reschedule(%L, during => ''{}'');', schedule.migration)
    else format('select * from sluice.reschedule(%L, within => %L);', schedule.migration, needed)
  end;
  return case
    when hold like 'after %' then format('It runs %s: see to that, or give this one time: %s', hold, more_time)
    when hold is not null and sluice_internal.held_since(migration_id) is not null
      then format('It waits for %s: see to that, or give it time: %s', hold, more_time)
    when rate = schedule.max_rate then format(
      'Lift its max_rate, %s rows a second for all workers together: select sluice.throttle(%L, null); or give it '
      'time: %s',
      rate, schedule.migration, more_time)
    when rate is not null then format(
      'Its windows allow %s rows a second for all workers together; to run at any time: '
      'select * from sluice.reschedule(%L, during => ''{}''); or give it time: %s', rate, schedule.migration, more_time)
    when workers between 1 and schedule.workers - 1 then format(
      'Its schedule allows %s workers, and %s there; start a driver with the others: sluice run --workers %s; or give '
      'it time: %s',
      schedule.workers, case workers when 1 then '1 is' else format('%s are', workers) end, schedule.workers - workers,
      more_time)
    when schedule.workers < most_workers then format(
      'Give it time: %s or workers, if the server has processors for them: select * from sluice.reschedule(%L, '
      'workers => %s);',
      more_time, schedule.migration, more_workers)
      || case
        when workers < more_workers then format(' and a driver for the new ones: sluice run --workers %s',
          more_workers - workers)
        else ''
      end
    else format('Give it time: %s', more_time)
  end;
end
$$;

comment on function sluice_internal.deadline_advice(bigint, interval) is
  'What helps a run that will be late: its rate lifted where that limits, else workers; or time.';
