-- sluice.lock_lane(lane_id, version, caller): the lane, locked, if it still is as it was claimed; else a null row.
-- Called when:  checkpointing and failing. Internal: runs with its caller's rights.
-- Locks: the lane's row.  Writes: nothing.
-- Raises: SL007 unless the session is logged in, and acting, as the migration's owner.

create or replace function sluice.lock_lane(lane_id bigint, version bigint, caller name)
returns sluice.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  lane sluice.lane;
  migration_owner name;
begin
  select l.* into lane from sluice.lane l
  where l.lane_id = lock_lane.lane_id and l.version = lock_lane.version
  for no key update skip locked;
  if not found then
    return lane;
  end if;

  select m.owner into migration_owner from sluice.migration m where m.migration_id = lane.migration_id;
  if migration_owner <> session_user or migration_owner is distinct from caller then
    raise exception using
      errcode = 'SL007',
      message = format('lane %s belongs to a migration of "%s"', lane_id, migration_owner),
      detail = format('This session is logged in as "%s", acting as "%s".', session_user, caller),
      hint = format('Log in as "%s".', migration_owner);
  end if;
  return lane;
end
$$;

comment on function sluice.lock_lane(bigint, bigint, name) is
  'Locks and returns a lane that did not move since it was claimed; a null row otherwise.';
