-- Nobody but the owner of schema sluice has any right here, until grant_viewer, grant_operator or grant_author gives
-- some. Runs after everything else: PostgreSQL lets everybody execute a new function and use a new type.
-- Locks: nothing.  Writes: privileges.  Raises: nothing.

do $$
declare
  own record;
begin
  revoke all on schema sluice, sluice_internal from public;
  revoke all on all tables in schema sluice, sluice_internal from public;
  revoke all on all sequences in schema sluice, sluice_internal from public;
  revoke all on all routines in schema sluice, sluice_internal from public;
  for own in
    select t.oid::regtype as type
    from pg_catalog.pg_type t
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.typnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and t.typtype in ('c', 'd', 'e')
      -- pg_dump cannot carry what an extension revokes on the row type of a table or view, and warns of each
      and (coalesce(c.relkind, 'c') = 'c'
        or not exists (select from pg_catalog.pg_extension e where e.extname = 'sluice'))
  loop
    execute pg_catalog.format('revoke all on type %s from public', own.type);
  end loop;
  -- at installation nobody has a right but by default privileges
  if not exists (select from sluice_internal.installation) then
    for own in
      select distinct r.rolname as role
      from (
        select c.relacl as acl, c.relowner as owner
        from pg_catalog.pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[])
        union all
        select p.proacl, p.proowner from pg_catalog.pg_proc p
        where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
        union all
        select t.typacl, t.typowner from pg_catalog.pg_type t
        where t.typnamespace = any ('{sluice,sluice_internal}'::regnamespace[])
        union all
        select n.nspacl, n.nspowner from pg_catalog.pg_namespace n
        where n.nspname in ('sluice', 'sluice_internal')) as o
      cross join lateral pg_catalog.aclexplode(o.acl) as x
      join pg_catalog.pg_roles r on r.oid = x.grantee and r.oid <> o.owner
    loop
      execute pg_catalog.format('revoke all on schema sluice, sluice_internal from %I', own.role);
      execute pg_catalog.format('revoke all on all tables in schema sluice, sluice_internal from %I', own.role);
      execute pg_catalog.format('revoke all on all sequences in schema sluice, sluice_internal from %I', own.role);
      execute pg_catalog.format('revoke all on all routines in schema sluice, sluice_internal from %I', own.role);
    end loop;
  end if;
  perform sluice_internal.renew_access();
end
$$;
