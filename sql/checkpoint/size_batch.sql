-- sluice_internal.size_batch(lane, migration, result, seconds): how many rows the next batch of the lane will visit.
-- Toward batch_time, or the part of it that the pause before this batch calls for (pace/batch_scale.sql), by at most
-- twice or half a step. At full speed a sweep, which locks nothing, may take four times as long: where the key is
-- random it meets each page the less often. A batch that failures have made smaller than min_batch doubles until it is
-- that again, as long as twice its time is at most half of the statement timeout: min_batch does not count for rows of
-- which so many take too long. A careful lane gets the size of its next pieces, too.
--
-- Pending rows may lie together, behind many that are not. So a batch of the walk has no more rows than take a quarter
-- of statement_timeout when all of them are changed, at what a change cost in the plan's probes, or else in the lane so
-- far; and no more than 10,000 where that is not known.
--
-- A piece costs o: a subtransaction, the search for its end, planning. A failing row in a piece of s rows costs s / 2
-- rows done in vain. So with a failing row every g rows, each of which takes c seconds, a row costs o / s + c * s / 2 g
-- more, which is least, and flat, at s * s = 2 o g / c. Therefore, with o / c rows a piece,
--
--   after each batch     s * s grows by 4/3 o / c for each row visited
--   after each failure   s * s halves, up to four times a batch
--
-- which balances there. With rows of 10 us, and one failing in 10,000, that is 280 rows, and 3 % of the time by this
-- model; the search for the row in its piece comes on top, and what is done again finds the room on its page taken by
-- what was done in vain. In stripes, rows visited and their cost count, most of which are not changed.
-- It begins at a sixteenth of a batch. After thirty batches without a failure the lane is ordinary again: what the
-- pieces have cost since the last one is then about what the next failure of a whole batch will cost, half of it done
-- in vain, a transaction more, and a line in the log of the server; so neither rare failures nor many cost much more
-- than they must.
-- Called when:  checkpointing.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.size_batch(
  lane sluice_internal.lane, migration sluice_internal.migration, policy sluice.policy,
  result sluice_internal.batch_result, seconds double precision
)
returns sluice_internal.lane
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  aim double precision := extract(epoch from coalesce(migration.batch_time, policy.batch_time))
    * sluice_internal.batch_scale(seconds, lane.pause)
    * case when lane.act = 'sweep' and lane.pause = 0 then 4 else 1 end;
  least_rows integer := coalesce(migration.min_batch, policy.min_batch);
  most_rows integer := coalesce(migration.max_batch, policy.max_batch);
  time_limit constant double precision := coalesce(extract(epoch from policy.statement_timeout), 'infinity');
  seconds_a_piece constant double precision := 0.00004;
  enough_clean_batches constant integer := 30;
  unknown_rows constant integer := 10000;
  change_seconds double precision := coalesce(migration.planned_seconds_per_change,
    (lane.seconds_busy + seconds) / nullif(lane.rows_changed + result.rows_changed, 0));
  failures_found integer := coalesce(cardinality(result.failures), 0);
begin
  if lane.act = 'change' then
    most_rows := least(most_rows, case
      when change_seconds is null then unknown_rows
      else greatest(time_limit / 4 / greatest(change_seconds, 0.0000001), least_rows)
    end);
  end if;
  if lane.careful is not null then
    lane.careful := greatest(1, sqrt(
      (power(lane.careful, 2) + 4 / 3.0 * seconds_a_piece * power(result.rows_visited, 2) / seconds)
      / power(2, least(failures_found, 4))));
    lane.clean_batches := case when failures_found = 0 then lane.clean_batches + 1 else 0 end;
    if lane.clean_batches >= enough_clean_batches then
      lane.careful := null;
    end if;
  end if;
  -- a walk by blocks visits a tenth less than it is told, and the last batch of a range tells nothing
  if result.rows_visited >= 0.8 * lane.batch_size or seconds > aim then
    if lane.batch_size < least(least_rows, most_rows) then
      lane.batch_size := least(least_rows, most_rows, greatest(1,
        round(lane.batch_size * case when seconds < time_limit / 4 then 2 when seconds < time_limit / 2 then 1
          else 0.5 end)));
    else
      lane.batch_size := round(lane.batch_size * least(greatest(aim / seconds, 0.5), 2));
      lane.batch_size := least(greatest(lane.batch_size, least(least_rows, most_rows)), most_rows);
    end if;
  end if;
  return lane;
end
$$;

comment on function sluice_internal.size_batch(
  sluice_internal.lane, sluice_internal.migration, sluice.policy, sluice_internal.batch_result, double precision) is
  'The lane with the size of its next batch, toward batch_time by at most x2 or x0.5 a step, and of its pieces.';
