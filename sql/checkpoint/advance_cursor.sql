-- sluice_internal.advance_cursor(lane, result): the lane after a batch: cursor, stripe and stretch, and whether it is
-- done.
-- Called when:  checkpointing. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.advance_cursor(lane sluice_internal.lane,
  result sluice_internal.batch_result)
returns sluice_internal.lane
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  if result.upper is null then
    lane.state := 'done';
    return lane;
  end if;

  if lane.stripe = 0 and (lane.stretch_upper is null or lane.stretch_rows is not null) then
    lane.stretch_rows := coalesce(lane.stretch_rows, 0) + result.rows_visited;
  end if;

  if lane.stripes = 1 then
    lane.stretch_rows := null;
    lane.cursor := result.upper;
  elsif result.upper <> result.stretch_upper then
    lane.stretch_upper := result.stretch_upper;
    lane.stripe_cursor := result.upper;
  else
    lane.stripe_cursor := null;
    if lane.stripe + 1 < lane.stripes then
      lane.stretch_upper := result.stretch_upper;
      lane.stripe := lane.stripe + 1;
    else
      lane.cursor := result.stretch_upper;
      lane.stretch_upper := null;
      lane.stretch_rows := null;
      lane.stripe := 0;
    end if;
  end if;

  lane.cuts := case when lane.stretch_upper is not null then result.cuts end;
  if lane.stretch_upper is null and lane.cursor = lane.upper then
    lane.state := 'done';
  end if;
  return lane;
end
$$;

comment on function sluice_internal.advance_cursor(sluice_internal.lane, sluice_internal.batch_result) is
  'The lane with cursor, stripe and stretch moved past a batch; done when its end is reached.';
