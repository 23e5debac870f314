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
  found_lane record;
begin
  select l as lane, m.owner into found_lane
  from sluice.lane l
  join sluice.migration m on m.migration_id = l.migration_id
  where l.lane_id = lock_lane.lane_id and l.version = lock_lane.version
  for no key update of l skip locked;
  if not found then
    return null;
  end if;

  if found_lane.owner <> session_user or found_lane.owner is distinct from caller then
    raise exception using
      errcode = 'SL007',
      message = format('lane %s belongs to a migration of "%s"', lane_id, found_lane.owner),
      detail = format('This session is logged in as "%s", acting as "%s".', session_user, caller),
      hint = format('Log in as "%s".', found_lane.owner);
  end if;
  return found_lane.lane;
end
$$;

comment on function sluice.lock_lane(bigint, bigint, name) is
  'Locks and returns a lane that did not move since it was claimed; a null row otherwise.';
