-- Who may do what, object by object, as PostgreSQL decides it: a line an object, a column a role.
-- a insert, C create, d delete, D truncate, r select, t trigger, U usage, w update (with its columns, if only some),
-- x references, X execute; - is nothing. The owner's column is left out: all of it.

\pset format aligned
\pset border 1
\pset tuples_only off
\pset footer off
\pset pager off
set search_path to pg_catalog;

with
  person (role, position) as (
    values ('stranger', 1), ('viewer', 2), ('operator', 3), ('author', 4)
  ),
  object (kind, name, oid, letters) as (
    select 'schema', n.nspname::text, n.oid, array['U USAGE', 'C CREATE']
    from pg_namespace n where n.nspname in ('sluice', 'sluice_internal')
    union all
    select case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.oid::regclass::text, c.oid,
      case c.relkind when 'S' then array['U USAGE', 'r SELECT', 'w UPDATE']
      else array['r SELECT', 'a INSERT', 'w UPDATE', 'd DELETE', 'D TRUNCATE', 'x REFERENCES', 't TRIGGER'] end
    from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind in ('r', 'v', 'S')
    union all
    select case p.prokind when 'p' then 'procedure' else 'function' end, p.oid::regproc::text, p.oid, array['X EXECUTE']
    from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
    union all
    select 'type', t.oid::regtype::text, t.oid, array['U USAGE']
    from pg_type t where t.typnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and t.typtype in ('c', 'd', 'e')
  ),
  held as (
    select o.kind, o.name, o.oid, p.role,
      coalesce(
        nullif(concat(
          (select string_agg(left(l, 1), '' order by n)
          from unnest(o.letters) with ordinality as u (l, n)
          where case o.kind
            when 'schema' then has_schema_privilege(p.role, o.oid, substr(l, 3))
            when 'sequence' then has_sequence_privilege(p.role, o.oid, substr(l, 3))
            when 'type' then has_type_privilege(p.role, o.oid, substr(l, 3))
            when 'view' then has_table_privilege(p.role, o.oid, substr(l, 3))
            when 'table' then has_table_privilege(p.role, o.oid, substr(l, 3))
            else has_function_privilege(p.role, o.oid, substr(l, 3))
          end),
          (select format(' %s(%s)', left(l, 1), string_agg(a.attname, ', ' order by a.attname))
          from unnest(o.letters) as l
          join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege(p.role, o.oid, a.attnum, substr(l, 3))
          where o.kind in ('view', 'table') and substr(l, 3) in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
            and not has_table_privilege(p.role, o.oid, substr(l, 3))
          group by l)), ''), '-') as privileges
    from object o
    cross join person p
  )
select h.kind, h.name,
  string_agg(h.privileges, ' ' order by h.privileges) filter (where h.role = 'stranger') as "public",
  string_agg(h.privileges, ' ' order by h.privileges) filter (where h.role = 'viewer') as viewer,
  string_agg(h.privileges, ' ' order by h.privileges) filter (where h.role = 'operator') as operator,
  string_agg(h.privileges, ' ' order by h.privileges) filter (where h.role = 'author') as author
from held h
group by h.kind, h.name
order by array_position('{schema,view,table,sequence,function,procedure,type}', h.kind), h.name collate "C";
