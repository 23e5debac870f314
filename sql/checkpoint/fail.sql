-- sluice_internal.fail(lane_id, version, sqlstate, message, ...): records a failed batch and decides what happens to
-- its lane.
--
--   transient   back off, halve the batch; after three in a row the range is detached; a key that keeps failing is
--               quarantined (back_off)
--   server      no range is to blame: the migration waits as a whole, and one lane tries again (wait_for_server); so
--               does an internal error (class XX) for which a careful lane found no row to blame
--   57014       as transient when the batch took as long as the statement timeout; else the author's SQL, or a user,
--               cancelled it, which a careful batch finds out
--   any other   the lane becomes careful and is due at once: its next batches go in pieces, in which failing rows are
--               found (run_carefully). An error that a careful lane still reports is none of a row, and the migration
--               pauses. Where a handler does the change, errors of the definition pause at once, and others are treated
--               as transient then
--   definition  the lane ends, when its relation is gone from the target
--   of a proof  see checkpoint/fail_proof.sql
--   SL017       the lane ends, and walk or verification begins again (verify/begin_again.sql); without a predicate the
--               migration pauses
--
-- seconds is how long the batch took, where that is known; a driver that reports in a new transaction knows it.
-- Called when:  after the batch's transaction was rolled back, in a new one; by a driver whose connection broke, too.
-- It commits asynchronously, as batches do.
-- Locks: the lane's row; a lane that another worker holds or has moved is left alone.
-- Writes: sluice_internal.lane, sluice_internal.batch, sluice_internal.event, sluice_internal.outage; the migration's
--   state.
-- Raises: SL007 for a foreign migration. Returns when the lane is due again, unless its migration waits for the server;
--   null when the report came too late.

create or replace function sluice_internal.fail(
  lane_id bigint,
  version bigint,
  sqlstate text,
  message text,
  detail text default null,
  hint text default null,
  context text default null,
  constraint_name text default null,
  seconds double precision default null,
  caller sluice_internal.caller default current_user
)
returns timestamptz
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  held sluice_internal.held_lane := sluice_internal.lock_lane(lane_id, version, caller);
  lane sluice_internal.lane := held.lane;
  kind text := sluice_internal.failure_kind(sqlstate);
  -- in a CALL the session's timeout counts, else that which claim has set
  is_canceled boolean := sqlstate = '57014' and lane.act <> 'prove' and (held.migration).handler is null and not case
    when now() > statement_timestamp() then sluice_internal.is_timed_out()
    else coalesce(seconds >= 0.9 * extract(epoch from (held.policy).statement_timeout), true)
  end;
begin
  if lane.lane_id is null then
    return null;
  end if;
  perform set_config('synchronous_commit', 'off', true);
  lane.version := lane.version + 1;
  lane.failures := lane.failures + 1;
  lane.due_at := clock_timestamp();
  lane.failed_at := clock_timestamp();
  -- as much as people read: views show it to others, too
  message := left(message, 10000);
  detail := left(detail, 10000);
  hint := left(hint, 10000);
  context := left(context, 10000);
  lane.error_sqlstate := sqlstate;
  lane.error_message := message;
  lane.error_detail := detail;
  lane.error_hint := hint;
  lane.error_context := context;
  lane.error_constraint := constraint_name;

  if kind = 'definition' and lane.act <> 'capture'
    and not sluice_internal.is_leaf_of(lane.relation, (held.migration).target)
    and exists (select from pg_class c where c.oid = (held.migration).target)
  then
    lane.state := 'done';
    lane.is_gone := true;
    perform sluice_internal.record_event(lane.migration_id, 'relation_gone',
      format('%s is no part of the target any more; its lane ends',
        sluice_internal.relation_name(lane.migration_id, lane.relation)));
  elsif sqlstate = 'SL017' and btrim(lower((held.migration).pending)) = 'true' then
    perform sluice_internal.pause_migration(lane.migration_id, format(
      '%s, and without a predicate it cannot be known which rows are done; to change all of them again: '
      'select sluice.restart(%L); (SQLSTATE %s)', message, (held.migration).name, sqlstate));
  elsif sqlstate = 'SL017' and lane.key_order is not null then
    lane.state := 'done';
    lane.is_outdated := true;
  elsif sqlstate = 'SL017' then
    -- it had not begun
    lane.due_at := clock_timestamp();
  elsif kind = 'server' or left(sqlstate, 2) = 'XX' and (lane.careful is not null or lane.act = 'capture') then
    lane := sluice_internal.wait_for_server(lane);
  elsif lane.act = 'prove' then
    lane := sluice_internal.fail_proof(lane, held.migration, held.policy, kind);
  elsif kind = 'transient' and not (is_canceled and lane.careful is null and lane.act <> 'capture') then
    lane := sluice_internal.back_off(lane);
  elsif lane.act = 'capture'
    or (held.migration).handler is null and lane.careful is not null
    or (held.migration).handler is not null and kind = 'definition'
  then
    -- no row was to blame, so the lane is an ordinary one when the migration goes on
    lane.careful := null;
    perform sluice_internal.pause_migration(lane.migration_id, format('%s (SQLSTATE %s)', message, sqlstate),
      format('SQLSTATE %s', sqlstate));
  elsif lane.careful is null then
    lane.careful := greatest(lane.batch_size / 16, 1);
    lane.clean_batches := 0;
  else
    lane := sluice_internal.back_off(lane);
  end if;

  perform sluice_internal.save_lane(lane);
  insert into sluice_internal.batch (
    migration_id, lane_id, act, backend_pid, started_at, finished_at, lower, stripe,
    outcome, sqlstate, message, detail, hint, context)
  values (
    lane.migration_id, lane.lane_id, lane.act, pg_backend_pid(),
    coalesce(clock_timestamp() - make_interval(secs => seconds), now()), clock_timestamp(),
    coalesce(lane.stripe_cursor, lane.cursor), case when lane.stripes > 1 then lane.stripe end,
    'failed', sqlstate, message, detail, hint, context);
  return lane.due_at;
end
$$;

comment on function sluice_internal.fail(bigint, bigint, text, text, text, text, text, text, double precision,
  sluice_internal.caller) is
  'Records a failed batch: back off, be careful from now on, or pause a broken definition.';
