-- sluice_internal.wait_for_server(lane): the lane after an error of the whole server, as a full disk is; its migration
-- waits as a whole. No range is divided, set apart or given up because of it: any other would fail as well, and the
-- more lanes, the more failures. Wait: first_retry_after * 2^(failures - 1), at most last_retry_after, times a random
-- factor between 0.5 and 1. Then one lane tries (claim); the first batch that succeeds ends the wait of all
-- (checkpoint). Half the batch where something ran out, such as memory or disk, or the session was ended: a smaller one
-- may do. Batches grow again by themselves.
-- Called when:  failing. Internal: runs with its caller's rights.
-- Locks, writes: the row of sluice_internal.outage, unless another session, whose attempt it is, holds it.  Raises:
--   nothing.

create or replace function sluice_internal.wait_for_server(lane sluice_internal.lane)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  policy sluice.policy;
  failures_before integer;
begin
  if left(lane.error_sqlstate, 2) in ('53', '57') then
    lane.batch_size := greatest(lane.batch_size / 2, 1);
  end if;
  select p.* into policy from sluice.policy p;
  select o.failures into failures_before
  from sluice_internal.outage o
  where o.migration_id = lane.migration_id and o.retry_at <= clock_timestamp()
  for update skip locked;
  if found then
    update sluice_internal.outage o
    set sqlstate = lane.error_sqlstate, failures = failures_before + 1,
      retry_at = clock_timestamp() + least(policy.first_retry_after * power(2, least(failures_before, 30)),
        policy.last_retry_after)
        * (0.5 + random() / 2)
    where o.migration_id = lane.migration_id;
  else
    insert into sluice_internal.outage (migration_id, sqlstate, retry_at)
    values (lane.migration_id, lane.error_sqlstate, clock_timestamp() + policy.first_retry_after * (0.5 + random() / 2))
    on conflict on constraint outage_pkey do nothing;
  end if;
  return lane;
end
$$;

comment on function sluice_internal.wait_for_server(sluice_internal.lane) is
  'Returns the lane after an error of the whole server; its migration waits as a whole, ever longer.';
