-- sluice.key_path(relation, columns): the search path of compiled functions without SQL of the author's: pg_catalog, and the schemas
-- of the key's operators (compare_keys).
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.key_path(relation regclass, columns text[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select concat_ws(', ', 'pg_catalog', string_agg(distinct quote_ident(n.nspname), ', '), 'pg_temp')
  from pg_attribute a
  cross join sluice.key_class(a.atttypid) as c
  join pg_amop m on m.amopfamily = c.family and m.amoplefttype = c.input_type and m.amoprighttype = c.input_type
  join pg_operator p on p.oid = m.amopopr
  join pg_namespace n on n.oid = p.oprnamespace and n.nspname <> 'pg_catalog'
  where a.attrelid = relation and a.attname = any (columns) and not a.attisdropped
$$;

comment on function sluice.key_path(regclass, text[]) is
  'The search path of compiled functions that have no SQL of the author''s: where the key''s operators are.';
