-- sluice_internal.fit_plan(plan, schedule, policy): the plan with its durations and its pace, and whether it meets its
-- deadline.
--
--   begins      = at its start, or when those are done that must be finished first, where that is known
--               (forecast/free_at.sql)
--   full speed  = rows * seconds a row / speed of the workers, or as the limits of rate allow
--   feasible    = full speed fits into deadline_share of the open time until the deadline
--   pause       = as sluice_internal.pace_lane computes it for the first batch
--   batch       = the part of it that such a pause calls for (pace/batch_scale.sql), and its pause with it
--   shortest    = the least within into which full speed fits, with half as much to spare for what the next measurement
--                 says, and the time in which an idle worker notices
--
-- Called when:  planning, scheduling, rescheduling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.fit_plan(plan sluice_internal.migration_plan, schedule sluice.schedule,
  policy sluice.policy)
returns sluice_internal.migration_plan
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  spare constant double precision := 1.5;
  starts_at timestamptz := greatest(schedule.starts_at, clock_timestamp());
  begins_at timestamptz := greatest(starts_at, sluice_internal.free_at(schedule.migration));
  rows_a_batch double precision := greatest(plan.batch_size::double precision / plan.stripes, 1);
  seconds_a_batch double precision := rows_a_batch * plan.seconds_per_row;
  rate_limit double precision;
  limiting numeric := sluice_internal.limiting_rate(plan, schedule);
  seconds double precision := plan.rows_estimated * plan.seconds_per_row
    / sluice_internal.worker_speed(schedule.workers);
  seconds_open double precision;
  pause double precision := 0;
  shortest double precision;
  scale double precision;
begin
  if schedule.immediately then
    schedule.during := '{}';
    schedule.deadline := null;
  else
    rate_limit := sluice_internal.highest_rate(schedule);
    seconds := greatest(seconds, plan.rows_estimated / rate_limit);
  end if;
  plan.full_speed := make_interval(secs => seconds);
  plan.feasible := true;

  if plan.rows_estimated = 0 then
    plan.reason := 'there is nothing to do';
  elsif schedule.immediately then
    plan.reason := 'works at full speed, without pauses';
  elsif schedule.deadline is null then
    plan.reason := format('works gently, %s %% of the time; there is no deadline', round(100 * policy.gentle_share));
    pause := seconds_a_batch * (1 / policy.gentle_share::double precision - 1);
    seconds := seconds / policy.gentle_share::double precision;
  else
    seconds_open := sluice_internal.open_seconds(schedule.during, begins_at,
      schedule.deadline) * policy.deadline_share::double precision;
    plan.feasible := seconds <= seconds_open;
    pause := greatest(
      rows_a_batch * schedule.workers * seconds_open / greatest(plan.rows_estimated, 1) - seconds_a_batch, 0);
    plan.reason := format('%s takes %s, and there %s %s: the open time until the deadline, less %s %% kept in reserve',
      case
        when limiting is null then 'full speed'
        when limiting = schedule.max_rate then format('max_rate, %s rows a second for all workers together,', limiting)
        else format('the rate of its windows, %s rows a second for all workers together,', limiting)
      end,
      sluice_internal.readable_interval(seconds), case when plan.feasible then 'are' else 'are only' end,
      sluice_internal.readable_interval(seconds_open), round(100 * (1 - policy.deadline_share)))
      || case when begins_at > starts_at + interval '1 second'
        then format('; it begins when those are done that must be finished first, about %s',
          date_trunc('second', begins_at))
        else '' end;
  end if;
  pause := greatest(pause, rows_a_batch * schedule.workers / rate_limit - seconds_a_batch);
  scale := least(greatest(sluice_internal.batch_scale(seconds_a_batch, pause),
    policy.min_batch::double precision / plan.batch_size), 1);
  pause := least(pause * scale, sluice_internal.longest_pause(seconds_open));
  plan.batch_size := ceil(plan.batch_size * scale);
  plan.pause := make_interval(secs => pause);
  if schedule.deadline is not null and plan.rows_estimated > 0 then
    seconds := greatest(seconds, least(seconds_open,
      plan.rows_estimated * (seconds_a_batch + pause / scale) / rows_a_batch / schedule.workers));
  end if;
  plan.planned := nullif(sluice_internal.open_until(schedule.during, begins_at, seconds),
    'infinity'::timestamptz) - begins_at;

  shortest := extract(epoch from
    nullif(sluice_internal.open_until(schedule.during, begins_at,
      extract(epoch from plan.full_speed * spare + policy.poll_interval) / policy.deadline_share),
      'infinity'::timestamptz)
    - begins_at) + extract(epoch from begins_at - schedule.starts_at);
  plan.shortest_deadline := make_interval(secs =>
    case
      when shortest is null then null
      when shortest > 86400 then ceil(shortest / 3600) * 3600
      when shortest > 3600 then ceil(shortest / 60) * 60
      else greatest(ceil(shortest), 1)
    end);
  if plan.feasible and schedule.deadline is not null then
    plan.shortest_deadline := least(plan.shortest_deadline, schedule.deadline - schedule.starts_at);
  end if;
  return plan;
end
$$;

comment on function sluice_internal.fit_plan(sluice_internal.migration_plan, sluice.schedule, sluice.policy) is
  'The plan with durations, pause, feasibility and the shortest deadline that can be met.';
