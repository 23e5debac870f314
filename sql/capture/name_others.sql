-- sluice_internal.name_others(granted, author): who, besides the author, has what was granted to some roles, for a
-- message; 0 among them is PUBLIC. Others are roles that log in, and may act as one of these; but for superusers, those
-- that may act as the author, and those that may act as the owner of schema sluice, who can replace what the author
-- calls anyway.
-- Called when:  defining.
-- Locks, writes, raises: nothing; null where there is no other.

create or replace function sluice_internal.name_others(granted oid[], author name)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select
    case
      when 0 = any (granted) then 'all roles'
      when count(*) > 3 then format('%s roles, among them "%s"', count(*), min(r.rolname::text))
      else string_agg(format('"%s"', r.rolname), ', ' order by format('"%s"', r.rolname))
    end
  from pg_roles r
  where r.rolcanlogin and not r.rolsuper
    and (0 = any (granted) or exists (select from unnest(granted) as g (role)
      where pg_has_role(r.oid, g.role, 'member')))
    and not pg_has_role(r.oid, sluice_internal.role_id(author), 'member')
    and not pg_has_role(r.oid, sluice_internal.schema_owner(), 'member')
  having count(*) > 0
$$;

comment on function sluice_internal.name_others(oid[], name) is
  'Names the roles besides the author that have what was granted to some; null where there is none.';
