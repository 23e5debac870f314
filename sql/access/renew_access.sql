-- sluice_internal.renew_access(): after an upgrade, viewers, operators and authors get what the new version has for
-- them. Who is what is read from the privileges themselves: a viewer may select from the view progress, an operator
-- update the table schedule, an author execute define().
-- Called when:  code is installed or upgraded, by the owner of schema sluice.
-- Locks: nothing.  Writes: privileges.  Raises: nothing.

create or replace function sluice_internal.renew_access()
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  known record;
begin
  for known in
    select g.grantee::regrole::name as role, g.audiences
    from (
      select (aclexplode(c.relacl)).grantee, array['viewer'] as audiences
      from pg_class c where c.oid = 'sluice.progress'::regclass
      union
      select x.grantee, array['control', 'operator']
      from pg_class c
      cross join aclexplode(c.relacl) as x
      where c.oid = 'sluice.schedule'::regclass and x.privilege_type = 'UPDATE'
      union
      select x.grantee, array['control', 'author']
      from pg_proc p
      cross join aclexplode(p.proacl) as x
      where p.pronamespace = 'sluice'::regnamespace and p.proname = 'define') as g
    join pg_namespace n on n.nspname = 'sluice' and n.nspowner <> g.grantee
    where g.grantee <> 0
  loop
    perform sluice_internal.grant_audience(known.role, variadic known.audiences);
  end loop;
end
$$;

comment on function sluice_internal.renew_access() is
  'Grants viewers, operators and authors what a new version has for them.';
