-- sluice_internal.grant_audience(role, audiences): grants a role what the list in sluice_internal.audience() says for
-- these audiences.
-- Called when:  access is granted or renewed, by the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.
-- Raises: 42704 for an unknown role; SL007 when the caller may not grant.

create or replace function sluice_internal.grant_audience(role name, variadic audiences text[])
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- what is granted comes from sluice_internal.audience(), quoted: @plpgsql_check_options: security_warnings = off
declare
  given record;
begin
  if not pg_has_role((select n.nspowner from pg_namespace n where n.nspname = 'sluice'), 'usage') then
    raise exception using
      errcode = 'SL007',
      message = 'only the owner of schema "sluice" can grant access to it',
      detail = format('That is "%s"; you are "%s".',
        (select n.nspowner::regrole from pg_namespace n where n.nspname = 'sluice'), current_user),
      hint = 'Log in as that role, or SET ROLE to it.';
  elsif not exists (select from pg_roles r where r.rolname = role) then
    raise exception using
      errcode = 'undefined_object',
      message = format('role %s does not exist', coalesce('"' || role || '"', 'null')),
      hint = 'Access is granted to roles one by one; create role ...; first.';
  end if;

  execute format('grant usage on schema sluice, sluice_internal to %I', role);
  for given in
    select a.privileges, c.oid::regclass::text as object
    from sluice_internal.audience() as a
    join pg_class c on c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relname = a.name
    where a.kind in ('view', 'table') and a.audience = any (audiences)
    union all
    select a.privileges, format('%s %s', a.kind, p.oid::regprocedure)
    from sluice_internal.audience() as a
    join pg_proc p on p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname = a.name
    where a.kind in ('function', 'procedure') and a.audience = any (audiences)
  loop
    execute format('grant %s on %s to %I', given.privileges, given.object, role);
  end loop;
end
$$;

comment on function sluice_internal.grant_audience(name, text[]) is
  'Grants a role what sluice_internal.audience() lists for these audiences.';
