-- sluice_internal.grant_compiled(migration_id, functions): lets the owner of a migration, and no other role, execute
-- functions that it was compiled to: what default privileges or an earlier owner gave is revoked.
-- Called when:  functions were compiled; all of them, when a migration is given to another owner. Internal: runs with
--   its caller's rights, which are those of the owner of schema sluice.
-- Locks: nothing.  Writes: the privileges of the functions.
-- Raises: nothing of its own. Without an owner, which sluice.stuck says, no role may execute them until set_owner().

create or replace function sluice_internal.grant_compiled(migration_id bigint, functions regprocedure[])
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- names as the catalog quotes them: @plpgsql_check_options: security_warnings = off
declare
  owner name;
  others text;
  names text := array_to_string(functions, ', ');
begin
  if functions = '{}' then
    return;
  end if;
  select r.rolname into owner
  from sluice_internal.migration m
  join pg_roles r on r.oid = m.owner_id
  where m.migration_id = grant_compiled.migration_id;
  select string_agg(distinct format(', %I', r.rolname), '') into others
  from pg_proc p
  cross join aclexplode(p.proacl) as x
  join pg_roles r on r.oid = x.grantee and r.oid <> p.proowner
  where p.oid = any (functions);
  execute format('revoke all on function %s from public%s', names, others);
  if owner is not null then
    execute format('grant execute on function %s to %I', names, owner);
  end if;
end
$$;

comment on function sluice_internal.grant_compiled(bigint, regprocedure[]) is
  'Lets the owner of a migration, and no other role, execute functions that it was compiled to.';
