-- sluice.open_schemas(search_path, author): schemas of a search path in which others may create objects, and who. A function
-- or operator that fits the author's SQL better than the one which was meant is called instead, with the author's rights,
-- whenever it was created. Others are roles that log in but for superusers, those that may act as the author, and
-- those that may act as the schema's owner, who has what is in it anyway.
-- Called when:  defining.
-- Locks, writes, raises: nothing.

create or replace function sluice.open_schemas(search_path text[], author name)
returns table (schema name, who text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select n.nspname, o.who
  from unnest(open_schemas.search_path) with ordinality as s (name, position)
  join pg_namespace n on n.nspname = s.name
  join pg_roles a on a.rolname = open_schemas.author
  cross join lateral (
    select
      case
        when bool_or(x.grantee = 0) then 'all roles'
        when count(distinct r.oid) > 3 then format('%s roles, among them "%s"', count(distinct r.oid), min(r.rolname::text))
        else string_agg(distinct format('"%s"', r.rolname), ', ' order by format('"%s"', r.rolname))
      end as who
    from aclexplode(n.nspacl) as x
    join pg_roles r on x.grantee = 0 or pg_has_role(r.oid, x.grantee, 'member')
    where x.privilege_type = 'CREATE' and r.rolcanlogin and not r.rolsuper
      and not pg_has_role(r.oid, a.oid, 'member') and not pg_has_role(r.oid, n.nspowner, 'member')) as o
  where o.who is not null
  order by s.position
$$;

comment on function sluice.open_schemas(text[], name) is
  'Schemas of a search path in which others than the author may create objects, and who they are.';
