-- sluice.run_whole(work, result): a batch in one piece: finds where it ends and runs that range.
-- A detour only finds the end.
-- Called when:  a lane is run that is not careful. Runs with the session's rights.
-- Locks: the rows that the definition changes.  Writes: what the definition says, nothing else.
-- Raises: whatever the author's SQL raises.

create or replace function sluice.run_whole(work sluice.lane_work, result sluice.batch_result)
returns sluice.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  suffix text := format('%s_%s', work.migration_id, work.relation::oid);
  least_leap constant integer := 10000;
  counted sluice.batch_result;
begin
  if work.batch_size >= work.stretch_rows then
    -- a whole stripe at once: its end is known, and looking for it would cost as much as the walk itself
    result.upper := result.stretch_upper;
    result.rows_visited := work.stretch_rows;
  elsif work.act = 'sweep' and work.batch_size >= least_leap then
    -- a sweep need not end after so many rows exactly, and statistics cost less than counting
    execute format('select b.bound, b.rows_visited from sluice.%I($1, $2, $3) as b', 'leap_' || suffix)
    into result.upper, result.rows_visited
    using work.lower, result.lane_upper, work.batch_size;
  end if;
  if result.upper is null then
    execute format('select b.bound, b.rows_visited from sluice.%I($1, $2, $3) as b', 'bound_' || suffix)
    into result.upper, result.rows_visited
    using work.lower, coalesce(result.stretch_upper, result.lane_upper), work.batch_size;
  end if;

  if work.detour is null then
    counted := sluice.run_range(work, work.lower, result.upper);
    result.rows_changed := counted.rows_changed;
    result.rows_updated := counted.rows_updated;
    result.rows_hot := counted.rows_hot;
    result.rows_deleted := counted.rows_deleted;
    result.rows_pending := counted.rows_pending;
    result.keys_pending := counted.keys_pending;
  end if;
  return result;
end
$$;

comment on function sluice.run_whole(sluice.lane_work, sluice.batch_result) is
  'Does one batch in one piece with the session''s rights.';
