-- sluice.key_columns(relation, alias, columns): how compiled SQL speaks of the columns of a key, in order.
--
--   expression       the column, as the type that its operators compare
--   type             that type, by a name that means it under each search path; character(n) is bpchar, because "character" alone
--                    is character(1)
--   reading          a pattern for format(): a value of that type from its text
--   lower, upper     the column's value in the bounds $1 and $2, which are text[]
--   writing          a pattern for format(): the text of a value of that type; written is that of the column
--   less, ... equal  the operators of the type's default operator class, by schema and name: the index that serves the key has
--                    that class (has_key_index), and ORDER BY takes it too
--
-- Text of some types of PostgreSQL's own is the same under all settings; they are cast. All others are read and written by
-- read_value() and write_value().
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing; a column whose type has no order is left out.

create or replace function sluice.key_columns(relation regclass, alias text, columns text[])
returns table (
  "position" integer, expression text, type text, reading text, lower text, upper text, writing text, written text,
  less text, less_or_equal text, equal text, greater_or_equal text, greater text
)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select k.position::integer, k.expression, k.type,
    k.reading, format(k.reading, '($1)[' || k.position || ']'), format(k.reading, '($2)[' || k.position || ']'),
    k.writing, format(k.writing, k.expression),
    o.names[1], o.names[2], o.names[3], o.names[4], o.names[5]
  from (
    select u.position, c.family, c.input_type, f.is_fixed, t.type,
      case
        when f.is_fixed then '%s::' || t.type
        when c.input_type = 'record'::regtype then 'sluice.read_row(%s, null::' || t.type || ')'
        else 'sluice.read_value(%s, null::' || t.type || ')'
      end as reading,
      case when f.is_fixed then '%s::text' else 'sluice.write_value(%s)' end as writing,
      format(case when a.atttypid = c.compared_type then '%s.%I' else '%s.%I::%s' end, alias, u.name, t.type) as expression
    from unnest(columns) with ordinality as u (name, position)
    join pg_attribute a on a.attrelid = relation and a.attname = u.name and not a.attisdropped
    cross join sluice.key_class(a.atttypid) as c
    cross join format_type(c.compared_type, -1) as t (type)
    cross join lateral (
      select c.compared_type = any (
        '{smallint,integer,bigint,oid,tid,xid8,uuid,text,name,pg_catalog.bpchar,"char",numeric,boolean,pg_catalog.bit,varbit,inet,macaddr,'
        'macaddr8,pg_lsn}'::regtype[]) as is_fixed) as f) as k
  cross join lateral (
    select array_agg(format('operator(%I.%s)', n.nspname, p.oprname) order by m.amopstrategy) as names
    from pg_amop m
    join pg_operator p on p.oid = m.amopopr
    join pg_namespace n on n.oid = p.oprnamespace
    where m.amopfamily = k.family and m.amoplefttype = k.input_type and m.amoprighttype = k.input_type
      and m.amoppurpose = 's') as o
  order by k.position
$$;

comment on function sluice.key_columns(regclass, text, text[]) is
  'How compiled SQL names, reads, writes and compares the columns of a key.';
