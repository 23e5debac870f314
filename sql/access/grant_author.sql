-- sluice.grant_author(role): lets a role watch, and define, schedule, run and control migrations of its own.
-- A driver logs in as such a role.
-- Called by: the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.
-- Raises: 42704 for an unknown role; SL007.

create or replace function sluice.grant_author(role name)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.grant_audience(role, 'viewer', 'control', 'author');
end
$$;

comment on function sluice.grant_author(name) is 'Lets a role define, schedule, run and control migrations of its own.';
