-- sluice_internal.split_lane(lane, midpoint): gives the part behind midpoint to a new lane, for another worker.
-- Called when:  checkpointing a lane that wants to be split. Internal: runs with its caller's rights.
-- Locks: the schedule's row, so that two lanes do not split for the same free worker; if it is locked, nothing happens.
-- Writes: the new lane; NOTIFY sluice.  Raises: nothing.

create or replace function sluice_internal.split_lane(lane sluice_internal.lane, midpoint text[])
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  migration_name text;
  rows_given bigint := greatest(lane.rows_estimated - lane.rows_visited, 0) / 2;
begin
  select s.migration into migration_name
  from sluice.schedule s
  join sluice_internal.migration m on m.name = s.migration
  where m.migration_id = lane.migration_id
  for no key update of s skip locked;
  if not found or not sluice_internal.wants_split(lane.lane_id) then
    return lane;
  end if;

  insert into sluice_internal.lane (
    migration_id, relation, act, by_blocks, state, lower, upper, cursor, stripes, pass, found_keys,
    has_all_keys, rows_changed_before, key_order, batch_size, careful, rows_estimated, seconds_per_row,
    seconds_per_change)
  values (
    lane.migration_id, lane.relation, lane.act, lane.by_blocks, 'active', midpoint, lane.upper, midpoint, lane.stripes,
    lane.pass,
    lane.found_keys, lane.has_all_keys, lane.rows_changed_before, lane.key_order, lane.batch_size, lane.careful,
    rows_given,
    lane.seconds_per_row, lane.seconds_per_change);
  lane.upper := midpoint;
  lane.rows_estimated := lane.rows_estimated - rows_given;
  lane.measure_at := lane.rows_visited;
  perform sluice_internal.wake_drivers(migration_name);
  return lane;
end
$$;

comment on function sluice_internal.split_lane(sluice_internal.lane, text[]) is
  'The lane up to midpoint; what lies behind becomes a new lane for another worker.';
