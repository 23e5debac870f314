-- sluice.run_carefully(work, result): a batch of a lane in which rows fail: migrates all others, and names those by key.
-- The range is walked in pieces of work.careful rows, each in a subtransaction. A piece that raises a data error is halved
-- down to the key, and the walk goes on behind it. A range that is known to fail is halved without a try: that is the right
-- half of one that failed, when its left half did not. So a failing row costs 3/4 of its piece in work done in vain: half a
-- piece when it is met first, an eighth in its half, a sixteenth in the half of that ...
-- A key by itself is always tried, since another row may have been the cause.
--
-- What is left of the cursor is done at any time, so a batch may end early: after most_failures, so that a definition that
-- fails for every row is soon stopped by max_failed; and after most_pieces, since snapshots become dear for all sessions
-- once a transaction has more than 64 subtransactions.
-- Deferred constraints are checked at the end of each piece, so that they fail there and not at commit.
--
-- Called when:  a careful lane is run. Runs with the session's rights.
-- Locks: the rows that the definition changes.  Writes: what the definition says, nothing else.
-- Raises: what the author's SQL raises, unless failure_kind calls it a data error.

create or replace function sluice.run_carefully(work sluice.lane_work, result sluice.batch_result)
returns sluice.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_failures constant integer := 20;
  most_pieces constant integer := 50;
  suffix text := format('%s_%s', work.migration_id, work.relation::oid);
  find_bound text := format('select b.bound, b.rows_visited from sluice.%I($1, $2, $3) as b', 'bound_' || suffix);
  last text[] := coalesce(result.stretch_upper, result.lane_upper);
  done text[] := work.lower;
  pieces integer := 0;
  -- ranges still to be walked, the next one last; each begins where the one before ends
  uppers text[] := array[]::text[];
  sizes integer[] := array[]::integer[];
  -- failures that there were before the left half of the same range, so that it is known whether that failed; null: untried
  failures_before integer[] := array[]::integer[];
  top integer;
  upper text[];
  size integer;
  doomed boolean;
  middle text[];
  left_size integer;
  part sluice.batch_result;
  failure sluice.failed_row;
begin
  result.failures := '{}';
  loop
    top := cardinality(uppers);
    exit when done = last
      or top = 0 and result.rows_visited >= work.batch_size
      or cardinality(result.failures) >= most_failures
      or pieces >= most_pieces;
    if top = 0 then
      execute find_bound into upper, size using done, last, least(work.careful, work.batch_size - result.rows_visited);
      doomed := false;
    else
      upper := uppers[top]::text[];
      size := sizes[top];
      doomed := coalesce(failures_before[top] = cardinality(result.failures), false);
      uppers := trim_array(uppers, 1);
      sizes := trim_array(sizes, 1);
      failures_before := trim_array(failures_before, 1);
    end if;

    if not doomed then
      begin
        set constraints all deferred;
        part := sluice.run_range(work, done, upper);
        set constraints all immediate;
        pieces := pieces + 1;
        result.rows_changed := result.rows_changed + part.rows_changed;
        result.rows_updated := result.rows_updated + part.rows_updated;
        result.rows_hot := result.rows_hot + part.rows_hot;
        result.rows_deleted := result.rows_deleted + part.rows_deleted;
        result.rows_pending := result.rows_pending + part.rows_pending;
        result.keys_pending := (result.keys_pending || part.keys_pending)[1:1000];
        result.rows_visited := result.rows_visited + size;
        done := upper;
        continue;
      exception when assert_failure or others then
        get stacked diagnostics
          failure.sqlstate = returned_sqlstate,
          failure.message = message_text,
          failure.detail = pg_exception_detail,
          failure.hint = pg_exception_hint,
          failure.context = pg_exception_context,
          failure.constraint_name = constraint_name;
        if sluice.failure_kind(failure.sqlstate) <> 'data' then
          raise;
        end if;
      end;
    end if;

    execute find_bound into middle, left_size using done, upper, greatest(size / 2, 1);
    if middle = upper then
      execute find_bound into middle, left_size using done, upper, 1;
    end if;
    if middle <> upper then
      uppers := uppers || array[upper::text, middle::text];
      sizes := sizes || array[size - left_size, left_size];
      failures_before := failures_before || array[cardinality(result.failures), null];
    elsif doomed then
      uppers := uppers || upper::text;
      sizes := sizes || size;
      failures_before := failures_before || null::integer;
    else
      failure.lower := done;
      failure.key := upper;
      failure.rows := size;
      failure.detail := nullif(failure.detail, '');
      failure.hint := nullif(failure.hint, '');
      failure.context := nullif(failure.context, '');
      failure.constraint_name := nullif(failure.constraint_name, '');
      result.failures := result.failures || failure;
      result.rows_visited := result.rows_visited + size;
      done := upper;
    end if;
  end loop;
  result.upper := done;
  return result;
end
$$;

comment on function sluice.run_carefully(sluice.lane_work, sluice.batch_result) is
  'Does one batch in pieces, each in a subtransaction, and names the rows that cannot be migrated.';
