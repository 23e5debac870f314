-- sluice_internal.detach_lane(lane, result): leaves the range that keeps failing to this lane and gives the rest to a
-- new one. In the middle of a stretch, the new lane goes on with the same stripe behind the failing range.
-- Called when:  checkpointing after repeated transient failures. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: the new lane; NOTIFY sluice.  Raises: nothing.

create or replace function sluice_internal.detach_lane(lane sluice_internal.lane, result sluice_internal.batch_result)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  rows_kept bigint := least(lane.rows_visited + result.rows_visited, lane.rows_estimated);
  stretch_goes_on boolean := result.stretch_upper is not null and result.upper <> result.stretch_upper;
begin
  lane.detour := null;
  if result.upper is null or result.upper = lane.upper then
    return lane;
  end if;

  insert into sluice_internal.lane (
    migration_id, relation, act, by_blocks, state, lower, upper, cursor, stripes, stripe, stretch_upper, pass,
    found_keys,
    has_all_keys, rows_changed_before, key_order, batch_size, careful, rows_estimated, seconds_per_row,
    seconds_per_change)
  values (
    lane.migration_id, lane.relation, lane.act, lane.by_blocks, 'active', result.upper, lane.upper, result.upper,
    lane.stripes,
    case when stretch_goes_on then lane.stripe else 0 end, case when stretch_goes_on then result.stretch_upper end,
    lane.pass, lane.found_keys, lane.has_all_keys, lane.rows_changed_before, lane.key_order, lane.batch_size,
    lane.careful,
    lane.rows_estimated - rows_kept, lane.seconds_per_row, lane.seconds_per_change);
  lane.upper := result.upper;
  lane.rows_estimated := rows_kept;
  if lane.stripes > 1 then
    lane.stretch_upper := result.upper;
    lane.stretch_rows := null;
    lane.cuts := null;
  end if;
  perform sluice_internal.wake_drivers((select m.name from sluice_internal.migration m
    where m.migration_id = lane.migration_id));
  return lane;
end
$$;

comment on function sluice_internal.detach_lane(sluice_internal.lane, sluice_internal.batch_result) is
  'The lane cut to the range that keeps failing; the rest becomes a lane of its own and goes on.';
