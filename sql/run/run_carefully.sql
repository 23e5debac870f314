-- sluice_internal.run_carefully(work, result): a batch of a lane in which rows fail: migrates all others, and names
-- those by key. At the first error it asks for the cause: the statement is run over an empty range. Where that raises,
-- too, the definition does not fit the tables any more, or their state forbids it, and no row is to blame: its error is
-- raised. So is an error that all rows have, here and elsewhere in the lane, and that a missing setting or function can
-- be the cause of. All other errors are those of rows, whatever their class. So an error that a careful lane raises,
-- and that is not transient, is one of the definition (checkpoint/fail.sql). The range is walked in pieces of
-- work.careful rows, each in a subtransaction (compile/pieces_body.sql). A piece that raises is cut (cut_failed), and
-- so on down to the key, and the walk goes on behind it. A range that is known to fail is cut without a try: that is
-- the last part of one that failed, when no other part did. A key by itself is always tried, since another row may have
-- been the cause. In a walk by blocks, a row that failed is named by its key. One that is not there any more, because
-- the application changed or deleted it meanwhile, is no failure: the sweep looks for it.
-- All stripes of a stretch are cut alike: to look for the cuts anew would cost as much as a stripe.
--
-- What is left of the cursor is done at any time, so a batch may end early: after most_failures, so that a definition
-- that fails for every row is soon stopped by max_failed; and after most_pieces, since snapshots become dear for all
-- sessions once a transaction has more than 64 subtransactions.
--
-- Called when:  a careful lane is run. Runs with the session's rights.
-- Locks: the rows that the definition changes.  Writes: what the definition says, nothing else.
-- Raises: transient errors of the author's SQL; others when no row is to blame; a cancel that was meant for the batch,
--   and not raised by a row.

create or replace function sluice_internal.run_carefully(work sluice_internal.lane_work,
  result sluice_internal.batch_result)
returns sluice_internal.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_failures constant integer := 20;
  most_pieces constant integer := 50;
  -- names, privileges, features, states of tables and sessions; and internal errors, which may be the server's
  classes_of_definitions constant text[] := array['42', '3F', '3D', '0A', '55', '25', 'XX'];
  -- a deferred constraint is a trigger, of the target or of what triggers, rules and statements write to
  may_defer constant boolean := work.kind = 'statements'
    or exists (select from pg_class c where c.oid = work.relation and (c.relhastriggers or c.relhasrules));
  try_pieces constant text := format('select * from sluice_internal.%I($1, null, $2, $3, $4, $5, $6, $7, $8)',
    'pieces_' || work.functions);
  last constant text[] := coalesce(result.stretch_upper, result.lane_upper);
  done text[] := work.lower;
  pieces integer := 0;
  -- where ranges end that are still to be walked; each begins where the one before it ends
  waiting sluice_internal.cut[] := array[]::sluice_internal.cut[];
  -- for the last part of a range that failed: how many failures there were before its first part was tried
  failures_before integer[] := array[]::integer[];
  doomed boolean;
  asked boolean := false;
  tries integer;
  rows_tried integer;
  tried sluice_internal.tried_pieces;
  again sluice_internal.tried_pieces;
  begun_at timestamptz;
  quick integer;
  range sluice_internal.cut;
  cuts sluice_internal.cut[];
  failure sluice_internal.failed_row;
begin
  result.failures := array[]::sluice_internal.failed_row[];
  work.cuts := null;
  loop
    exit when done = last or result.rows_visited >= work.batch_size
      or cardinality(result.failures) >= most_failures or pieces >= most_pieces;

    if cardinality(waiting) = 0 then
      select n.kept, n.cuts into result.cuts, waiting
      from sluice_internal.next_cuts(work, done, last, work.batch_size - result.rows_visited, result.cuts) as n;
      failures_before := array_fill(null::integer, array[cardinality(waiting)]);
    end if;

    doomed := coalesce(failures_before[1] = cardinality(result.failures), false);
    if not doomed then
      -- until the batch is full, and up to the next range of which it is not yet known whether it is doomed
      tries := 1;
      rows_tried := (waiting[1]).rows;
      while tries < least(cardinality(waiting), most_pieces - pieces) and failures_before[tries + 1] is null
        and result.rows_visited + rows_tried < work.batch_size
      loop
        tries := tries + 1;
        rows_tried := rows_tried + (waiting[tries]).rows;
      end loop;
      execute try_pieces into tried.result, tried.done, tried.failure, tried.attempted
      using done, work.stripes, work.stripe, waiting[:tries], work.quarantined, may_defer, work.act = 'sweep', result;
      pieces := pieces + tried.done;
      result := tried.result;
      if tried.done > 0 then
        done := (waiting[tried.done]).key;
        waiting := waiting[tried.done + 1:];
        failures_before := failures_before[tried.done + 1:];
      end if;
      failure := tried.failure;
      continue when failure.sqlstate is null;

      if not asked then
        asked := true;
        execute try_pieces into again.result, again.done, again.failure, again.attempted
        using last, work.stripes, work.stripe, array[row(last, 0)::sluice_internal.cut], work.quarantined, may_defer,
          work.act = 'sweep', result;
        if again.done = 0 then
          perform sluice_internal.raise_failure(again.failure);
        end if;
      end if;
      if failure.sqlstate = '57014' or failure.sqlstate like 'XX%' then
        -- a cancel, and some internal errors, do not come again, and then are not those of a row; but a client may
        -- repeat a cancel until it is answered, every 100 ms for example, so that an error of the row has to come at
        -- once, and twice in a row
        quick := 0;
        for repeated in 1 .. 4 loop
          begun_at := clock_timestamp();
          execute try_pieces into again.result, again.done, again.failure, again.attempted
          using done, work.stripes, work.stripe, waiting[:1], work.quarantined, may_defer, work.act = 'sweep', result;
          quick := case when clock_timestamp() < begun_at + interval '50 milliseconds' then quick + 1 else 0 end;
          exit when again.done = 1 or quick = 2 or failure.sqlstate <> '57014';
        end loop;
        if failure.sqlstate = '57014' and (again.done = 1 or quick < 2) then
          perform sluice_internal.raise_failure(failure);
        elsif again.done = 1 then
          result := again.result;
          done := (waiting[1]).key;
          waiting := waiting[2:];
          failures_before := failures_before[2:];
          continue;
        end if;
      end if;
    end if;

    range := waiting[1];
    cuts := sluice_internal.cut_failed(work, done, range, case when not doomed and work.act = 'change'
      then tried.attempted end);
    if (cuts[1]).key <> range.key then
      waiting := cuts || waiting[2:];
      failures_before := array_fill(null::integer, array[cardinality(cuts) - 1])
        || cardinality(result.failures) || failures_before[2:];
    elsif doomed then
      failures_before[1] := null;
    else
      failure.lower := done;
      failure.key := range.key;
      if work.by_blocks then
        failure.rows := 1;
        execute format('select n.lower, n.key from sluice_internal.%I($1) as n', 'name_' || work.functions)
        into failure.lower, failure.key using range.key;
      else
        failure.rows := (sluice_internal.cut_range(work, done, range.key, 1000000, 1))[1].rows;
      end if;
      failure.detail := nullif(failure.detail, '');
      failure.hint := nullif(failure.hint, '');
      failure.context := nullif(failure.context, '');
      failure.constraint_name := nullif(failure.constraint_name, '');
      if failure.key is not null then
        result.failures := result.failures || failure;
      end if;
      result.rows_visited := result.rows_visited + range.rows;
      if (cardinality(result.failures) = most_failures or range.key = last)
        and left(failure.sqlstate, 2) = any (classes_of_definitions)
        and (select bool_and(f.sqlstate = failure.sqlstate) and
            (sum(f.rows) = result.rows_visited or result.rows_changed = 0 and work.act = 'change'
              and work.kind <> 'statements')
          from unnest(result.failures) as f)
        and not sluice_internal.is_row_failure(work.lane_id, failure.sqlstate, cardinality(result.failures))
        and sluice_internal.fails_everywhere(work, result, range.key, last, may_defer)
      then
        perform sluice_internal.raise_failure(failure);
      end if;
      done := range.key;
      waiting := waiting[2:];
      failures_before := failures_before[2:];
    end if;
  end loop;
  result.upper := done;
  return result;
end
$$;

comment on function sluice_internal.run_carefully(sluice_internal.lane_work, sluice_internal.batch_result) is
  'Does one batch in pieces, each in a subtransaction, and names the rows that cannot be migrated.';
