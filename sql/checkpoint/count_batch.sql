-- sluice_internal.count_batch(lane, result, seconds): the lane's counters and rates after a batch. Called before the
-- cursor moves. A striped walk visits each row once a stripe; each stripe counts its share, so that visited rows add up
-- to rows. The cost of a row is an exponentially weighted mean with weight a = 0.2 for the newest batch. Its variance
-- follows it by v := (1 - a) * (v + a * d * d), d being how far the newest cost is from the mean of those before (T.
-- Finch, Incremental calculation of weighted mean and variance, 2009, section 9).
-- The rate is a mean over time, about the last ten seconds: a batch has the weight 1 - exp(-s / 10), s being the
-- seconds since the one before, so that a short gap between two batches counts as little as it lasts. A long one, which
-- may have been a hold or a pause by hand, counts as half. The share of the time in which batches run is weighted
-- likewise. The first of both are set by checkpoint, which knows the pause.
-- What a change costs is known of batches most of whose rows were changed.
-- Called when:  checkpointing. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.count_batch(
  lane sluice_internal.lane, result sluice_internal.batch_result, seconds double precision,
  seconds_since_last double precision
)
returns sluice_internal.lane
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  visited bigint := result.rows_visited / lane.stripes;
  rate_seconds constant double precision := 10;
  weight constant double precision := least(1 - exp(-seconds_since_last / rate_seconds), 0.5);
begin
  if lane.stripe = lane.stripes - 1 then
    visited := result.rows_visited - visited * (lane.stripes - 1);
  end if;
  lane.rows_visited := lane.rows_visited + visited;
  lane.rows_changed := lane.rows_changed + result.rows_changed;
  lane.rows_updated := lane.rows_updated + result.rows_updated;
  lane.rows_hot := lane.rows_hot + result.rows_hot;
  lane.rows_deleted := lane.rows_deleted + coalesce(result.rows_deleted, 0);
  lane.batches := lane.batches + 1;
  lane.seconds_busy := lane.seconds_busy + seconds;
  if visited > 0 then
    lane.cost_variance := coalesce(
      0.8 * (lane.cost_variance + 0.2 * power(seconds / visited - lane.seconds_per_row, 2)), 0);
    lane.seconds_per_row := coalesce(0.8 * lane.seconds_per_row + 0.2 * seconds / visited, seconds / visited);
  end if;
  if lane.act = 'change' and result.rows_changed > 0 and result.rows_changed >= visited / 2 then
    lane.seconds_per_change := coalesce(0.8 * lane.seconds_per_change + 0.2 * seconds / result.rows_changed,
      seconds / result.rows_changed);
  end if;
  lane.rows_per_second := lane.rows_per_second + weight * (visited / seconds_since_last - lane.rows_per_second);
  lane.busy_share := lane.busy_share + weight * (least(seconds / seconds_since_last, 1) - lane.busy_share);
  return lane;
end
$$;

comment on function sluice_internal.count_batch(sluice_internal.lane, sluice_internal.batch_result, double precision,
  double precision) is
  'The lane with its counters and weighted rates after a batch.';
