-- sluice_internal.run_batch(only_migration): claims and runs one batch in SQL alone. Answers how many seconds to wait
-- for the next one, and, where a lane was claimed, which, whether it was careful, how it failed and after how long, and
-- whether a row in it raised 57014 itself. The caller commits. A failed batch is rolled back to a savepoint and
-- recorded in the same transaction, also when it was cancelled. Under a transaction_timeout, which ends the session and
-- leaves no trace, the batch is announced first, in a transaction of its own.
-- Called when:  work and cleanup loop.
-- Locks, writes: as claim, run, checkpoint and fail.
-- Raises: what claim raises; errors of the batch itself are recorded.

create or replace function sluice_internal.run_batch(only_migration text)
returns sluice_internal.batch_end
language plpgsql
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  claimed sluice_internal.lane_claim := sluice_internal.claim(only_migration);
  begun_at constant timestamptz := clock_timestamp();
  result sluice_internal.batch_result;
  batch sluice_internal.batch_end;
  next_due_at timestamptz;
  failed_detail text;
  failed_hint text;
  failed_context text;
  failed_constraint text;
begin
  if claimed.lane_id is null and claimed.wait_seconds = 0 then
    -- it did something else first
    claimed := sluice_internal.claim(only_migration);
  end if;
  batch.lane_id := claimed.lane_id;
  batch.was_careful := claimed.careful;
  if batch.lane_id is null then
    batch.wait_seconds := claimed.wait_seconds;
    return batch;
  elsif coalesce(current_setting('transaction_timeout', true), '0') <> '0' and now() > statement_timestamp()
    and not sluice_internal.announce_batch(claimed.lane_id)
  then
    batch.lane_id := null;
    batch.wait_seconds := 0;
    return batch;
  end if;

  begin
    result := sluice_internal.run(claimed.lane_id);
    if cardinality(result.failures) > 0 then
      batch.row_cancels := exists (select from unnest(result.failures) as f where f.sqlstate = '57014');
    end if;
    next_due_at := sluice_internal.checkpoint(result);
    set constraints all immediate;
  exception when query_canceled or assert_failure or others then
    get stacked diagnostics
      batch.failed_state = returned_sqlstate,
      batch.failed_message = message_text,
      failed_detail = pg_exception_detail,
      failed_hint = pg_exception_hint,
      failed_context = pg_exception_context,
      failed_constraint = constraint_name;
    batch.seconds := extract(epoch from clock_timestamp() - begun_at);
    batch.is_timed_out := sluice_internal.is_timed_out();
    perform sluice_internal.fail(claimed.lane_id, claimed.version, batch.failed_state, batch.failed_message,
      nullif(failed_detail, ''),
      nullif(failed_hint, ''), nullif(failed_context, ''), nullif(failed_constraint, ''), batch.seconds);
  end;
  batch.wait_seconds := greatest(extract(epoch from next_due_at - clock_timestamp()), 0);
  return batch;
end
$$;

comment on function sluice_internal.run_batch(text) is
  'Runs one batch of the session''s user, if one is due, and answers what became of it.';
