-- sluice_internal.save_lane(lane): writes a lane back. The columns that change are not indexed, so the update is HOT.
-- Called when:  checkpointing and failing. Internal: runs with its caller's rights.
-- Locks, writes: the lane's row.  Raises: nothing.

create or replace function sluice_internal.save_lane(lane sluice_internal.lane)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  update sluice_internal.lane l
  set detour = lane.detour, state = lane.state, upper = lane.upper, cursor = lane.cursor,
    stripes = lane.stripes, stripe = lane.stripe, stripe_cursor = lane.stripe_cursor,
    stretch_upper = lane.stretch_upper,
    stretch_rows = lane.stretch_rows, cuts = lane.cuts, proof = lane.proof,
    key_order = lane.key_order, is_outdated = lane.is_outdated, is_gone = lane.is_gone,
    version = lane.version, batch_size = lane.batch_size, careful = lane.careful, clean_batches = lane.clean_batches,
    rows_estimated = lane.rows_estimated, measure_at = lane.measure_at, rows_visited = lane.rows_visited,
    rows_changed = lane.rows_changed,
    rows_updated = lane.rows_updated, rows_hot = lane.rows_hot, rows_deleted = lane.rows_deleted,
    rows_updated_judged = lane.rows_updated_judged, rows_hot_judged = lane.rows_hot_judged,
    batches = lane.batches, failures = lane.failures, attempts = lane.attempts, seconds_busy = lane.seconds_busy,
    seconds_per_row = lane.seconds_per_row, cost_variance = lane.cost_variance,
    seconds_per_change = lane.seconds_per_change, rows_per_second = lane.rows_per_second, busy_share = lane.busy_share,
    pause = lane.pause,
    due_at = lane.due_at, last_batch_at = lane.last_batch_at,
    error_sqlstate = lane.error_sqlstate, error_message = lane.error_message, error_detail = lane.error_detail,
    error_hint = lane.error_hint, error_context = lane.error_context, error_constraint = lane.error_constraint,
    failed_at = lane.failed_at, announced_by = null
  where l.lane_id = lane.lane_id;
end
$$;

comment on function sluice_internal.save_lane(sluice_internal.lane) is
  'Writes a lane''s row back after a batch or a failure.';
