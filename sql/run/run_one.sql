-- sluice.run_one(only_migration): claims and runs one batch in SQL alone; returns how many seconds to wait for the next one.
-- The caller commits. A failed batch is rolled back to a savepoint and recorded in the same transaction.
-- Called when:  work and cleanup loop.
-- Locks, writes: as claim, run, checkpoint and fail.
-- Raises: what claim raises; errors of the batch itself are recorded, but for a cancel request, which ends the call.

create or replace function sluice.run_one(only_migration text default null)
returns double precision
language plpgsql
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  claimed sluice.lane_claim := sluice.claim(only_migration);
  next_due_at timestamptz;
  failed_state text;
  failed_message text;
  failed_detail text;
  failed_hint text;
  failed_context text;
  failed_constraint text;
begin
  if claimed.lane_id is null and claimed.wait_seconds = 0 then
    -- it did something else first
    claimed := sluice.claim(only_migration);
  end if;
  if claimed.lane_id is null then
    return claimed.wait_seconds;
  end if;

  begin
    next_due_at := sluice.checkpoint(sluice.run(claimed.lane_id));
    set constraints all immediate;
  exception when assert_failure or others then
    get stacked diagnostics
      failed_state = returned_sqlstate,
      failed_message = message_text,
      failed_detail = pg_exception_detail,
      failed_hint = pg_exception_hint,
      failed_context = pg_exception_context,
      failed_constraint = constraint_name;
    perform sluice.fail(claimed.lane_id, claimed.version, failed_state, failed_message,
      nullif(failed_detail, ''), nullif(failed_hint, ''), nullif(failed_context, ''), nullif(failed_constraint, ''));
  end;
  return greatest(extract(epoch from next_due_at - clock_timestamp()), 0);
end
$$;

comment on function sluice.run_one(text) is 'Runs one batch of the session''s user, if one is due; returns how many seconds to wait for the next one.';
