-- sluice_internal.lock_lane(lane_id, version, caller): the lane, locked, if it still is as it was claimed, with its
-- migration and the policy; else a null row.
-- Called when:  checkpointing and failing. Internal: runs with its caller's rights.
-- Locks: the lane's row.  Writes: nothing.
-- Raises: SL007 unless the session is logged in, and acting, as the migration's owner.

create or replace function sluice_internal.lock_lane(lane_id bigint, version bigint, caller name)
returns sluice_internal.held_lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  held sluice_internal.held_lane;
begin
  select l, m, p, o.migration_id is not null into held
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id
  cross join sluice.policy p
  left join sluice_internal.outage o on o.migration_id = l.migration_id
  where l.lane_id = lock_lane.lane_id and l.version = lock_lane.version
  for no key update of l skip locked;
  if not found then
    return null;
  end if;

  if caller is distinct from session_user or not sluice_internal.is_owner(held.migration, session_user) then
    raise exception using
      errcode = 'SL007',
      message = format('lane %s belongs to a migration of "%s"', lane_id,
        sluice_internal.owner_name((held.migration).owner_id, (held.migration).owner)),
      detail = format('This session is logged in as "%s", acting as "%s".', session_user, caller),
      hint = format('Log in as "%s".', sluice_internal.owner_name((held.migration).owner_id, (held.migration).owner));
  end if;
  return held;
end
$$;

comment on function sluice_internal.lock_lane(bigint, bigint, name) is
  'Locks a lane that did not move since it was claimed and returns it with its migration; a null row otherwise.';
