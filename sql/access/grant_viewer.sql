-- sluice.grant_viewer(role): lets a role watch: all views, finished and assert_finished.
-- Called by: the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.
-- Raises: 42704 for an unknown role; SL007.

create or replace function sluice.grant_viewer(role name)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.grant_audience(role, 'viewer');
end
$$;

comment on function sluice.grant_viewer(name) is 'Lets a role watch all migrations.';
