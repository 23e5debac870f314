-- sluice.revoke_access(role): takes back all that grant_viewer, grant_operator and grant_author gave.
-- The role's migrations stay, and are run no more; an operator can cancel and forget them.
-- Called by: the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.
-- Raises: 42704 for an unknown role.

create or replace function sluice.revoke_access(role name)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  object text;
begin
  execute format('revoke all on schema sluice from %I', role);
  execute format('revoke all on all tables in schema sluice from %I', role);
  for object in
    select distinct format('%s %s', a.kind, p.oid::regprocedure)
    from sluice.audience() as a
    join pg_proc p on p.pronamespace = 'sluice'::regnamespace and p.proname = a.name
    where a.kind in ('function', 'procedure')
  loop
    execute format('revoke all on %s from %I', object, role);
  end loop;
end
$$;

comment on function sluice.revoke_access(name) is 'Takes all access to Sluice from a role.';
