-- sluice.open_schemas(search_path, author): schemas of a search path in which others may create objects, and who. A function
-- or operator that fits the author's SQL better than the one which was meant is called instead, with the author's rights,
-- whenever it was created. Others are roles that log in, and may act as the schema's owner or as one to whom CREATE is
-- granted; but for superusers, those that may act as the author, and those that may act as the owner of schema sluice, who
-- can replace what the author calls anyway. A schema that does not exist is open to who may create it.
-- Called when:  defining.
-- Locks, writes, raises: nothing.

create or replace function sluice.open_schemas(search_path text[], author name)
returns table (schema name, who text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select s.name, o.who
  from unnest(open_schemas.search_path) with ordinality as s (name, position)
  join pg_database d on d.datname = current_database()
  join pg_roles a on a.rolname = open_schemas.author
  left join pg_namespace n on n.nspname = case s.name when '$user' then open_schemas.author else s.name end
  cross join lateral (
    select
      case
        when bool_or(c.creator = 0) then 'all roles'
        when count(distinct r.oid) > 3 then format('%s roles, among them "%s"', count(distinct r.oid), min(r.rolname::text))
        else string_agg(distinct format('"%s"', r.rolname), ', ' order by format('"%s"', r.rolname))
      end as who
    from (
      select coalesce(n.nspowner, d.datdba)
      union
      select x.grantee
      from aclexplode(case when n.oid is null then d.datacl else n.nspacl end) as x
      where x.privilege_type = 'CREATE') as c (creator)
    join pg_roles r on c.creator = 0 or pg_has_role(r.oid, c.creator, 'member')
    where r.rolcanlogin and not r.rolsuper
      and not pg_has_role(r.oid, a.oid, 'member') and not pg_has_role(r.oid, sluice.schema_owner(), 'member')) as o
  where s.name <> 'pg_temp' and o.who is not null
  order by s.position
$$;

comment on function sluice.open_schemas(text[], name) is
  'Schemas of a search path in which others than the author may create objects, and who they are.';
