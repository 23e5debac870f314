-- Nobody but the owner of schema sluice has any right here, until grant_viewer, grant_operator or grant_author gives some.
-- Runs after everything else: PostgreSQL lets everybody execute a new function and use a new type.
-- Locks: nothing.  Writes: privileges.  Raises: nothing.

do $$
declare
  own record;
begin
  revoke all on schema sluice from public;
  revoke all on all tables in schema sluice from public;
  revoke all on all sequences in schema sluice from public;
  revoke all on all routines in schema sluice from public;
  for own in
    select t.oid::regtype as type
    from pg_catalog.pg_type t
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'sluice'::regnamespace and t.typtype in ('c', 'd', 'e')
      -- pg_dump cannot carry what an extension revokes on the row type of a table or view, and warns of each
      and (coalesce(c.relkind, 'c') = 'c' or not exists (select from pg_catalog.pg_extension e where e.extname = 'sluice'))
  loop
    execute pg_catalog.format('revoke all on type %s from public', own.type);
  end loop;
  perform sluice.renew_access();
end
$$;
