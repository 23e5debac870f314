-- sluice_internal.back_off(lane): the lane after a transient failure: half the batch, and a wait that doubles, with
-- jitter. Half of what is left of the range, where that is less than a batch: a batch that fails has no more rows.
-- Wait: first_retry_after * 2^(attempts - 1), at most last_retry_after, times a random factor between 0.5 and 1.
-- Nothing is given up but what was tried: a batch that failed is halved down to a single key; attempts of that are
-- counted from one again, and after more than max_attempts the key alone is quarantined. So rows that fail for good do
-- not take others along.
-- Called when:  failing. Internal: runs with its caller's rights.
-- Locks: nothing.  Writes: an event when a proof is given up.  Raises: nothing.

create or replace function sluice_internal.back_off(lane sluice_internal.lane)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  attempts_to_detach constant integer := 3;
  longest_wait_for_lock constant interval := interval '3 seconds';
  most_attempts integer;
  retry_after interval;
  rows_left constant bigint := lane.rows_estimated - lane.rows_visited;
  was_one_key constant boolean := lane.batch_size = 1;
begin
  -- in stripes, a stretch is passed several times, and what is left says nothing of it
  lane.batch_size := greatest(
    least(lane.batch_size, case when lane.stripes = 1 and rows_left > 0 then rows_left end) / 2, 1);
  lane.attempts := case when lane.batch_size = 1 and not was_one_key then 1 else lane.attempts + 1 end;

  select coalesce(m.max_attempts, p.max_attempts),
    least(p.first_retry_after * power(2, least(lane.attempts - 1, 30)), p.last_retry_after) * (0.5 + random() / 2)
  into most_attempts, retry_after
  from sluice.policy p
  join sluice_internal.migration m on m.migration_id = lane.migration_id;

  if lane.act = 'capture' then
    -- it waits for a lock and nothing else, is never given up, and nothing else can begin before
    retry_after := least(retry_after, longest_wait_for_lock * (0.5 + random() / 2));
  elsif lane.act = 'prove' and lane.attempts >= most_attempts then
    lane.state := 'failed';
    perform sluice_internal.record_event(lane.migration_id, 'lane_failed',
      format('the proof of %s was given up after %s attempts: %s', lane.relation, lane.attempts, lane.error_message),
      jsonb_build_object('lane_id', lane.lane_id, 'sqlstate', lane.error_sqlstate),
      format('the proof of %s was given up after %s attempts: SQLSTATE %s', lane.relation, lane.attempts,
        lane.error_sqlstate));
  elsif was_one_key and lane.attempts > most_attempts then
    lane.detour := 'quarantine';
    retry_after := interval '0';
  elsif lane.attempts = attempts_to_detach and lane.detour is null then
    lane.detour := 'detach';
  end if;
  lane.due_at := clock_timestamp() + retry_after;
  return lane;
end
$$;

comment on function sluice_internal.back_off(sluice_internal.lane) is
  'The lane after a transient failure: half the batch, due after a wait that doubles; a single key is quarantined '
  'after max_attempts.';
