-- sluice.size_batch(lane, migration, result, seconds): how many rows the next batch of the lane will visit.
-- Toward batch_time, or the part of it that the pause before this batch calls for (plan/batch_scale.sql), by at most twice
-- or half a step. A careful lane gets the size of its next pieces, too.
--
-- A piece costs o, about 0.1 ms: a subtransaction, the search for its end, planning. A failing row in a piece of s rows
-- costs s / 2 rows done in vain. So with a failing row every g rows, a row costs o / s + s / 2 g more, which is least, and
-- flat, at s * s = 2 o g. Since a batch of b rows takes batch_time, 50 ms, o is about 0.002 b rows, whatever a row costs:
-- s * s = 0.004 b g. Therefore
--
--   after each batch     s * s grows by 0.002 b for each row visited; and with b, when that changes
--   after each failure   s * s halves, up to four times a batch
--
-- which balances there. With b = 5000, rows of 10 us, and one failing in 10,000, that is 450 rows, and 5 % of the time by this
-- model; the pieces in which the row is found come on top. Measured with rows of 4 us, of processor time: 30 %, in stripes 45 %.
-- It begins at b / 16. At b / 4, after about thirty batches without a failure, the lane is ordinary again: what the pieces have
-- cost by then is what the next failure of a whole batch will cost, half a batch; so neither rare failures nor many cost much
-- more than they must.
-- Called when:  checkpointing.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.size_batch(
  lane sluice.lane, migration sluice.migration, policy sluice.policy, result sluice.batch_result, seconds double precision
)
returns sluice.lane
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  aim double precision := extract(epoch from coalesce(migration.batch_time, policy.batch_time))
    * sluice.batch_scale(seconds, lane.pause);
  least_rows integer := coalesce(migration.min_batch, policy.min_batch);
  most_rows integer := coalesce(migration.max_batch, policy.max_batch);
  rows_before integer := lane.batch_size;
  failures_found integer := coalesce(cardinality(result.failures), 0);
begin
  if lane.careful is not null then
    lane.careful := greatest(1, sqrt(
      (power(lane.careful, 2) + 0.002 * lane.batch_size * result.rows_visited) / power(2, least(failures_found, 4))));
    if failures_found = 0 and lane.careful >= lane.batch_size / 4 then
      lane.careful := null;
    end if;
  end if;
  if result.rows_visited >= lane.batch_size or seconds > aim then
    lane.batch_size := round(lane.batch_size * least(greatest(aim / seconds, 0.5), 2));
    lane.batch_size := least(greatest(lane.batch_size, least(least_rows, most_rows)), most_rows);
    if lane.careful is not null then
      lane.careful := greatest(1, lane.careful * sqrt(lane.batch_size::double precision / rows_before));
    end if;
  end if;
  return lane;
end
$$;

comment on function sluice.size_batch(
  sluice.lane, sluice.migration, sluice.policy, sluice.batch_result, double precision) is
  'The lane with the size of its next batch, toward batch_time by at most x2 or x0.5 a step, and of its pieces.';
