-- sluice_internal.checkpoint(result): moves the lane's cursor, counts, sizes the next batch, and says when to claim
-- again. The time of a batch is the time since run() began: its size, its cost and its pause follow from the work
-- alone. What was spent between BEGIN and run(), on the way to a client and back, is taken off the pause.
-- Called when:  after run, in the same transaction, so that rows and cursor commit together or not at all.
-- A proof ends the run here, in its own transaction, or never: where others hold what that takes, or the run is not to
-- go on now, a new proof begins later.
-- Locks: the lane's row, already held by claim; after a proof as refill_lanes, which skips what others hold.
-- Writes: sluice_internal.lane, sluice_internal.batch, sluice_internal.outage; new lanes when the lane is split,
--   detached or a sweep found rows; sluice_internal.quarantine.
-- Raises: SL007 for a foreign migration; SL008 when the lane moved since it was claimed.

create or replace function sluice_internal.checkpoint(result sluice_internal.batch_result,
  caller sluice_internal.caller default current_user)
returns timestamptz
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  held sluice_internal.held_lane := sluice_internal.lock_lane(result.lane_id, result.version, caller);
  lane sluice_internal.lane := held.lane;
  migration sluice_internal.migration := held.migration;
  policy sluice.policy := held.policy;
  outcome sluice_internal.outcome := 'done';
  failure sluice_internal.failed_row;
  rows_before bigint;
  stripe_done integer;
  begun_at constant timestamptz := least(greatest(result.begun_at, now()), clock_timestamp());
  seconds constant double precision := greatest(extract(epoch from clock_timestamp() - begun_at), 0.000001);
  seconds_on_wire constant double precision := extract(epoch from begun_at - now());
  seconds_with_rest double precision;
begin
  if lane.lane_id is null then
    raise exception using
      errcode = 'SL008',
      message = format('lane %s moved on since it was claimed', result.lane_id),
      detail = 'Another worker took over, or an administrator changed it; this batch is rolled back.',
      hint = 'Claim again.';
  end if;
  lane.version := lane.version + 1;
  lane.upper := coalesce(lane.upper, result.lane_upper);
  lane.key_order := coalesce(lane.key_order, result.key_order);
  rows_before := lane.rows_visited;
  if result.rows_left is not null then
    lane := sluice_internal.correct_estimate(lane, result.rows_left);
  end if;
  stripe_done := case when lane.stripes > 1 then lane.stripe end;

  if lane.detour = 'detach' then
    outcome := 'detached';
    lane := sluice_internal.detach_lane(lane, result);
  else
    if result.rows_pending > 0 then
      perform sluice_internal.revisit_range(lane, migration, result);
    end if;
    if lane.detour = 'quarantine' then
      result.failures := sluice_internal.name_failure(lane, result.failures);
      lane.detour := null;
    end if;
    if cardinality(result.failures) > 0 then
      outcome := 'quarantined';
      failure := result.failures[cardinality(result.failures)];
      lane := sluice_internal.quarantine_rows(lane, migration, policy, result);
    end if;
    if lane.batch_size < coalesce(migration.min_batch, policy.min_batch) then
      policy.statement_timeout := sluice_internal.time_limit(policy.statement_timeout);
    end if;
    lane := sluice_internal.size_batch(lane, migration, policy, result, seconds);
    lane := sluice_internal.count_batch(lane, result, seconds,
      greatest(extract(epoch from clock_timestamp() - coalesce(lane.last_batch_at, begun_at)), seconds));
    if migration.kind <> 'statements' then
      -- what was changed was visited, also where a careful walk by blocks knows its rows by statistics only
      lane.rows_visited := greatest(lane.rows_visited, lane.rows_changed);
    end if;
    lane.proof := result.proof;
    lane := sluice_internal.advance_cursor(lane, result);
    lane := sluice_internal.judge_stripes(lane, migration, policy);
    lane.attempts := 0;
    if result.midpoint is not null and lane.state = 'active' then
      lane := sluice_internal.split_lane(lane, result.midpoint);
    end if;
    lane := sluice_internal.pace_lane(lane, migration, policy, lane.rows_visited - rows_before, seconds,
      seconds_on_wire);
    -- where workers take several lanes in turn, each of these rests for the others
    if lane.rows_per_second is null then
      seconds_with_rest := greatest(seconds_on_wire + seconds + lane.pause,
        seconds * (select sluice_internal.lanes_wanted(s.workers, lane.stripes)::double precision / s.workers
          from sluice.schedule s where s.migration = migration.name));
      lane.rows_per_second := (lane.rows_visited - rows_before) / seconds_with_rest;
      lane.busy_share := seconds / seconds_with_rest;
    end if;
  end if;
  lane.last_batch_at := clock_timestamp();
  if held.is_outage then
    -- the server is well again; where another lane has begun its attempt, that one says so
    delete from sluice_internal.outage o
    where o.migration_id in (select f.migration_id from sluice_internal.outage f
      where f.migration_id = lane.migration_id for update skip locked);
    perform sluice_internal.wake_drivers(migration.name);
  end if;
  if lane.act = 'capture' then
    delete from sluice_internal.captured_relation c where c.migration_id = lane.migration_id;
    perform sluice_internal.record_capture(migration);
    perform sluice_internal.record_event(lane.migration_id, 'captured',
      format('what is written to %s is converted by trigger %s', lane.relation,
        (sluice_internal.capture_names(lane.migration_id)).trigger_name));
  end if;

  if seconds > greatest(1, 4 * extract(epoch from coalesce(migration.batch_time, policy.batch_time)))
    and not lane.by_blocks and lane.act in ('change', 'sweep')
    and not sluice_internal.serves_key(migration, lane.relation)
  then
    perform sluice_internal.pause_without_index(migration, lane.relation);
  end if;
  perform sluice_internal.save_lane(lane);
  insert into sluice_internal.batch (
    migration_id, lane_id, act, backend_pid, started_at, finished_at, lower, upper, stripe,
    rows_visited, rows_changed, rows_hot, outcome, sqlstate, message, detail, hint, context)
  values (
    lane.migration_id, lane.lane_id, lane.act, pg_backend_pid(), begun_at, clock_timestamp(), result.lower,
    result.upper,
    stripe_done, result.rows_visited, result.rows_changed, result.rows_hot, outcome,
    failure.sqlstate, failure.message, failure.detail, failure.hint, failure.context);
  if lane.act = 'prove' then
    perform sluice_internal.refill_safely(lane.migration_id);
  end if;
  return case
    when lane.pause > 0 then least(sluice_internal.next_due(migration.owner_id),
      clock_timestamp() + policy.poll_interval)
    else now()
  end;
end
$$;

comment on function sluice_internal.checkpoint(sluice_internal.batch_result, sluice_internal.caller) is
  'Writes down what run() did: cursor, counters, next batch size, pause, history; returns when to claim again.';
