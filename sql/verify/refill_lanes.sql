-- sluice_internal.refill_lanes(migration_id): puts queued lanes to work up to the migration's number of workers, and,
-- when no lane is left, takes the migration one state further. Returns whether there is something to claim now.
-- Called when:  a worker found nothing to claim, and after a proof. Internal: runs with its caller's rights.
-- Locks: the schedule's row, so that one session does this at a time, others skip; and, when the state is to change,
--   all lanes, skipping those that others hold: then a later claim does it.
-- Writes: lane states; the migration's state; NOTIFY sluice when several lanes were put to work.  Raises: nothing.

create or replace function sluice_internal.refill_lanes(migration_id bigint)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  wanted integer;
  waiting_name text;
  refilled integer;
begin
  -- most idle polls end here, without a lock or a transaction id
  if exists (
    select
    from sluice_internal.lane l
    where l.migration_id = refill_lanes.migration_id and l.state in ('queued', 'active')
    having count(*) > 0 and bool_and(l.state = 'active')
  ) then
    return false;
  end if;

  select s.workers, s.migration into wanted, waiting_name
  from sluice.schedule s
  join sluice_internal.migration m on m.name = s.migration
  where m.migration_id = refill_lanes.migration_id and m.state in ('scheduled', 'running', 'verifying')
  for no key update of s skip locked;
  if not found then
    return false;
  end if;

  select sluice_internal.lanes_wanted(wanted, max(l.stripes)) into strict wanted
  from sluice_internal.lane l
  where l.migration_id = refill_lanes.migration_id and l.state = 'queued';

  -- a lane that keeps failing waits for its next attempt and does not count as one at work
  wanted := wanted - (
    select count(*) from sluice_internal.lane l
    where l.migration_id = refill_lanes.migration_id and l.state = 'active' and l.attempts < 3);

  -- asked once, not for each lane that waits, of which there may be thousands
  if exists (
    select from sluice_internal.lane l
    where l.migration_id = refill_lanes.migration_id and l.act = 'capture' and l.state = 'active')
  then
    wanted := 0;
  end if;

  update sluice_internal.lane l
  set state = 'active', version = version + 1, due_at = clock_timestamp()
  where l.lane_id in (
    select q.lane_id from sluice_internal.lane q
    where q.migration_id = refill_lanes.migration_id and q.state = 'queued'
    order by q.lane_id
    limit greatest(wanted, 0)
    for no key update skip locked);
  get diagnostics refilled = row_count;
  if refilled > 1 then
    -- this worker takes one of them
    perform sluice_internal.wake_drivers(waiting_name);
  end if;
  if refilled > 0 then
    return true;
  end if;

  if exists (
    select from sluice_internal.lane l where l.migration_id = refill_lanes.migration_id
      and l.state in ('queued', 'active')
  ) then
    return false;
  end if;
  -- a session that holds a lane waits for the schedule next, which this one holds (state/lock_schedule.sql)
  if (select count(*) from (
      select from sluice_internal.lane l
      where l.migration_id = refill_lanes.migration_id for update skip locked) as free)
    < (select count(*) from sluice_internal.lane l where l.migration_id = refill_lanes.migration_id)
  then
    return false;
  end if;
  return sluice_internal.complete_pass(migration_id);
end
$$;

comment on function sluice_internal.refill_lanes(bigint) is
  'Activates queued lanes up to the number of workers; moves a migration on when none is left.';
