-- sluice.back_off(lane): the lane after a transient failure: half the batch, and a wait that doubles, with jitter.
-- Wait: first_retry_after * 2^(attempts - 1), at most last_retry_after, times a random factor between 0.5 and 1.
-- Called when:  failing. Internal: runs with its caller's rights.
-- Locks: nothing.  Writes: an event when the lane is given up.  Raises: nothing.

create or replace function sluice.back_off(lane sluice.lane)
returns sluice.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  attempts_to_detach constant integer := 3;
  longest_wait_for_lock constant interval := interval '3 seconds';
  most_attempts integer;
  retry_after interval;
begin
  lane.attempts := lane.attempts + 1;
  lane.batch_size := greatest(lane.batch_size / 2, 1);

  select coalesce(m.max_attempts, p.max_attempts),
    least(p.first_retry_after * power(2, least(lane.attempts - 1, 30)), p.last_retry_after) * (0.5 + random() / 2)
  into most_attempts, retry_after
  from sluice.policy p
  join sluice.migration m on m.migration_id = lane.migration_id;

  if lane.act = 'capture' then
    -- it waits for a lock and nothing else, is never given up, and nothing else can begin before
    retry_after := least(retry_after, longest_wait_for_lock * (0.5 + random() / 2));
  elsif lane.attempts >= most_attempts then
    lane.state := 'failed';
    perform sluice.record_event(lane.migration_id, 'lane_failed',
      format('the range after key %s was given up after %s attempts: %s', coalesce(lane.stripe_cursor, lane.cursor),
        lane.attempts, lane.error_message),
      jsonb_build_object('lane_id', lane.lane_id, 'sqlstate', lane.error_sqlstate));
  elsif lane.attempts = attempts_to_detach and lane.detour is null then
    lane.detour := 'detach';
  end if;
  lane.due_at := clock_timestamp() + retry_after;
  return lane;
end
$$;

comment on function sluice.back_off(sluice.lane) is
  'The lane after a transient failure: half the batch, due after a wait that doubles; given up after max_attempts.';
