-- sluice_internal.open_schemas(search_path, author): schemas of a search path in which others may create objects, and
-- who. A function or operator that fits the author's SQL better than the one which was meant is called instead, with
-- the author's rights, whenever it was created. Others are those of name_others(). A schema that does not exist is open
-- to who may create it.
-- Called when:  defining.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.open_schemas(search_path text[], author name)
returns table (schema name, who text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select s.name, o.who
  from unnest(open_schemas.search_path) with ordinality as s (name, position)
  join pg_database d on d.datname = current_database()
  left join pg_namespace n on n.nspname = case s.name when '$user' then open_schemas.author else s.name end
  cross join lateral sluice_internal.name_others(
    coalesce(n.nspowner, d.datdba) || array(
      select x.grantee
      from aclexplode(case when n.oid is null then d.datacl else n.nspacl end) as x
      where x.privilege_type = 'CREATE'),
    open_schemas.author) as o (who)
  where s.name <> 'pg_temp' and o.who is not null
  order by s.position
$$;

comment on function sluice_internal.open_schemas(text[], name) is
  'Schemas of a search path in which others than the author may create objects, and who they are.';
