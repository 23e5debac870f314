-- sluice_internal.pace_lane(lane, migration, policy, rows, seconds): when the lane is due again.
--
--   needed rate = rows left / open time left until 80 % of the deadline, shared by the lanes at work; a lane has a
--                 twentieth left to its end
--   its sweep   = counts as a tenth of all rows, and has the part of the time that these take, gently at most (as in
--                 pace/work_left.sql)
--   pause       = rows / needed rate - seconds - seconds on the wire, never below zero; so it is in what follows
--   cheap hours = rows that cost less of late than in the mean of the run count as fewer, as many as would have taken
--                 the same time then: so a night is used as much as the day has to be, and what a dear day leaves
--                 undone is not put off to the day before the deadline
--   no deadline = batches are gentle_share of the workers' time: pause = seconds * (lanes a worker / gentle_share - 1)
--   a sweep     = the shorter of the two: it only reads, and is not to use up the time that is left
--   clustered   = as long as the walk has met less than half of the pending rows that were expected by now, the rest
--               lies ahead,
--                 and so does the work: rows that cost little are then passed gently, or in time if that is sooner, so
--                 that the time is left for those that cost much
--   guards      = the time of a batch with its pause is divided by the guards' factor
--
-- Called when:  checkpointing.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.pace_lane(
  lane sluice_internal.lane, migration sluice_internal.migration, policy sluice.policy, rows bigint,
  seconds double precision,
  seconds_on_wire double precision default 0
)
returns sluice_internal.lane
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  plan sluice.schedule;
  lanes_at_work bigint;
  rows_left bigint;
  rows_to_sweep bigint;
  mean_cost double precision;
  pending_lie_ahead boolean;
  to_use double precision;
  sweep_seconds double precision;
  in_time double precision;
  rate_limit double precision;
  allowed double precision;
begin
  lane.pause := 0;
  lane.due_at := clock_timestamp();
  select s.* into plan from sluice.schedule s where s.migration = migration.name;
  if not found or migration.hurried_until > clock_timestamp() or plan.immediately or lane.state <> 'active' then
    return lane;
  end if;

  select greatest(count(*) filter (where l.state = 'active'), 1),
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.rows_estimated / 20))
        filter (where l.state in ('queued', 'active')), 0),
    case
      when migration.pass = 0 and btrim(lower(migration.pending)) <> 'true'
        then sum(case when l.state = 'done' then l.rows_visited else l.rows_estimated end) / 10
      else 0
    end,
    sum(l.seconds_busy) filter (where l.act = lane.act) / nullif(sum(l.rows_visited) filter (where l.act = lane.act),
      0),
    lane.act = 'change' and migration.pass = 0 and migration.kind in ('update', 'delete')
      and coalesce(sum(l.rows_changed) < 0.5 * sum(l.rows_visited)
        * migration.pending_estimated / nullif(migration.rows_estimated, 0), false)
  into lanes_at_work, rows_left, rows_to_sweep, mean_cost, pending_lie_ahead
  from sluice_internal.lane l
  where l.migration_id = migration.migration_id;

  if plan.deadline is null or lane.act = 'sweep' or pending_lie_ahead then
    lane.pause := seconds * (greatest(lanes_at_work::double precision / plan.workers,
      1) / policy.gentle_share - 1) - seconds_on_wire;
  end if;
  if plan.deadline is not null and rows_left > 0 then
    to_use := sluice_internal.seconds_to_use(plan, policy);
    sweep_seconds := least(
      to_use * rows_to_sweep / (rows_left + rows_to_sweep),
      rows_to_sweep * lane.seconds_per_row / sluice_internal.worker_speed(plan.workers) / policy.gentle_share);
    in_time := least(rows * lanes_at_work, rows_left) * least(lane.seconds_per_row / mean_cost, 1)
      * (to_use - coalesce(sweep_seconds, 0)) / rows_left - seconds - seconds_on_wire;
    lane.pause := case when lane.act = 'sweep' or pending_lie_ahead then least(lane.pause, in_time) else in_time end;
  end if;

  rate_limit := least(plan.max_rate, sluice_internal.window_rate(plan.during));
  if rate_limit is not null then
    lane.pause := greatest(lane.pause, rows * lanes_at_work / rate_limit - seconds - seconds_on_wire);
  end if;

  allowed := sluice_internal.guard_factor(migration.target);
  if allowed > 0 and allowed < 1 then
    lane.pause := (seconds + seconds_on_wire + greatest(lane.pause, 0)) / allowed - seconds - seconds_on_wire;
  end if;

  lane.pause := least(greatest(lane.pause, 0), sluice_internal.longest_pause(to_use));
  lane.due_at := lane.due_at + make_interval(secs => lane.pause);
  return lane;
end
$$;

comment on function sluice_internal.pace_lane(
  sluice_internal.lane, sluice_internal.migration, sluice.policy, bigint, double precision, double precision) is
  'The lane with the pause that just meets its deadline, or leaves the application most of the time.';
