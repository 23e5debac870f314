-- sluice.grant_operator(role): lets a role watch and control every migration, and edit schedules, windows, the
-- thresholds of guards, and the policy. An operator does not define migrations and runs none: that needs their owner's
-- login.
-- Called by: the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.
-- Raises: 42704 for an unknown role; SL007.

create or replace function sluice.grant_operator(role name)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.grant_audience(role, 'viewer', 'control', 'operator');
end
$$;

comment on function sluice.grant_operator(name) is 'Lets a role watch and control every migration, and edit schedules.';
