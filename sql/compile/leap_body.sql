-- sluice_internal.leap_body(relation, alias, columns, key, key_range): the body of a leap_ function.
-- By the histogram of the key's first column: as many buckets as hold about $3 rows, one descent of the index, no scan.
-- It tells nothing, null, where a bucket holds more rows than that, for keys with frequent values or a collation, for
-- those whose histogram cannot be read, and near the end.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.leap_body(
  relation regclass, alias text, columns text[], key sluice_internal.key_column[], key_range text
)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when a.attnum is null or a.attcollation <> 0 or not sluice_internal.reads_histogram(relation, columns[1])
      then E'begin\nend'
    else format(
      $body$
#variable_conflict use_variable
declare
  rows_a_bucket double precision;
  buckets integer;
  -- as text, because an array of arrays or of rows would be flattened
  bounds text[];
  leapt %5$s;
begin
  select c.reltuples / (pg_catalog.cardinality(s.histogram_bounds::text::text[]) - 1)::real,
    s.histogram_bounds::text::text[]
  into rows_a_bucket, bounds
  from pg_stats s
  join pg_class c on c.oid = %6$s
  where s.schemaname = %7$L and s.tablename = %8$L and s.attname = %9$L and not s.inherited
    and s.most_common_vals is null and c.reltuples > 0::real;
  buckets := floor($3::double precision / rows_a_bucket);
  if buckets > 0 then
    leapt := (bounds[buckets
      + greatest(1, (select count(*) from pg_catalog.unnest(bounds) as b (value)
        where b.value::%5$s %11$s %12$s))])::%5$s;
    select %1$s into bound
    from %2$s
    where %3$s and %10$s %13$s leapt
    order by %4$s
    limit 1;
    rows_visited := buckets::double precision * rows_a_bucket;
  end if;
end$body$,
      format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')),
      format('only %s as %s', relation, alias), key_range,
      array_to_string(sluice_internal.key_list(key, 'ordered'), ', '),
      key[1].type, c.oid, n.nspname, c.relname, columns[1], key[1].expression, key[1].less_or_equal, key[1].lower,
      key[1].greater_or_equal)
  end
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_attribute a on a.attrelid = c.oid and a.attname = columns[1] and a.attnum > 0
  where c.oid = relation
$$;

comment on function sluice_internal.leap_body(regclass, text, text[], sluice_internal.key_column[], text) is
  'The body of the function that finds by statistics where a sweep''s batch may end.';
