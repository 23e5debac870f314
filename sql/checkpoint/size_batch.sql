-- sluice.size_batch(lane, migration, result, seconds): how many rows the next batch of the lane will visit.
-- Toward batch_time by at most twice or half a step; while a failing row is being searched, the rows known to be good
-- leave the circle of suspects instead.
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
  aim double precision := extract(epoch from coalesce(migration.batch_time, policy.batch_time));
  least_rows integer := coalesce(migration.min_batch, policy.min_batch);
  most_rows integer := coalesce(migration.max_batch, policy.max_batch);
begin
  if lane.isolating is not null then
    lane.isolating := nullif(greatest(lane.isolating - greatest(result.rows_visited, 1), 0), 0);
  elsif result.rows_visited >= lane.batch_size or seconds > aim then
    lane.batch_size := ceil(lane.batch_size * least(greatest(aim / seconds, 0.5), 2));
    lane.batch_size := least(greatest(lane.batch_size, least(least_rows, most_rows)), most_rows);
  end if;
  return lane;
end
$$;

comment on function sluice.size_batch(
  sluice.lane, sluice.migration, sluice.policy, sluice.batch_result, double precision) is
  'The lane with the size of its next batch: toward batch_time by at most x2 or x0.5 a step.';
