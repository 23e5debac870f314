-- sluice_internal.has_key_index(relation, columns): whether an index gives the rows in key order: by the default
-- operator class of each column's type and the column's collation, which are those of ORDER BY and of the comparisons
-- that are compiled (key_columns).
-- Called when:  defining.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.has_key_index(relation regclass, columns text[])
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  index pg_index;
begin
  for index in
    select i.*
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am am on am.oid = c.relam and am.amname = 'btree'
    where i.indrelid = relation
      and i.indisvalid and i.indisready
      and i.indpred is null
      and i.indnkeyatts >= cardinality(columns)
  loop
    if 1 = (
        select count(distinct o.option & 1)
        from unnest(index.indoption::smallint[]) with ordinality as o (option, position)
        where o.position <= cardinality(columns))
      and columns = (
        select array_agg(a.attname::text order by k.position)
        from unnest(index.indkey::smallint[], index.indcollation::oid[], index.indclass::oid[])
          with ordinality as k (attnum, collation_oid, class, position)
        join pg_attribute a on a.attrelid = relation and a.attnum = k.attnum and a.attcollation = k.collation_oid
        where k.position <= cardinality(columns) and k.class = (sluice_internal.key_class(a.atttypid)).class)
    then
      return true;
    end if;
  end loop;
  return false;
end
$$;

comment on function sluice_internal.has_key_index(regclass, text[]) is
  'Whether a valid btree index begins with these columns, in this order and in one direction.';
