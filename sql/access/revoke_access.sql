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
  object regprocedure;
begin
  execute format('revoke all on schema sluice, sluice_internal from %I', role);
  execute format('revoke all on all tables in schema sluice, sluice_internal from %I', role);
  for object in
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      and exists (select from sluice_internal.audience() as a where a.kind in ('function', 'procedure')
        and a.name = p.proname)
  loop
    execute format('revoke all on routine %s from %I', object, role);
  end loop;
end
$$;

comment on function sluice.revoke_access(name) is 'Takes all access to Sluice from a role.';
