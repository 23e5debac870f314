-- sluice_internal.correct_estimate(lane, rows_left): the lane with its estimate corrected by what a sample of pages
-- found to be left from its cursor on, and with the number of visited rows at which the next sample is due. Called
-- before the batch is counted. An estimate that the sample does not contradict stays, as long as it leaves anything:
-- what was visited and statistics know more than a hundred pages do. The next sample is due after a tenth of what is
-- left, but not within twenty batches, so that samples take less than a hundredth of the time.
-- Called when:  checkpointing a batch that took a sample. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.correct_estimate(lane sluice_internal.lane, rows_left bigint)
returns sluice_internal.lane
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  tolerance constant double precision := 0.05;
  batches_between constant integer := 20;
  known_left bigint := lane.rows_estimated - lane.rows_visited;
begin
  if known_left <= 0 or abs(rows_left - known_left) > tolerance * lane.rows_estimated then
    lane.rows_estimated := lane.rows_visited + rows_left;
  end if;
  lane.measure_at := lane.rows_visited + greatest(rows_left / 10, batches_between * lane.batch_size);
  return lane;
end
$$;

comment on function sluice_internal.correct_estimate(sluice_internal.lane, bigint) is
  'Returns the lane with its estimate corrected by a sample of what is left.';
