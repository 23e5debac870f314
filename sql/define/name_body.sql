-- sluice.name_body(relation, alias, columns): the body of a name_ function: the range (lower, key] that holds the row at a ctid
-- alone, lower being the key before it. Null, when no row is there any more.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.name_body(relation regclass, alias text, columns text[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
begin
  select %1$s into key from only %2$s as %3$s where %3$s.ctid = ($1)[1]::tid;
  select %1$s into lower
  from only %2$s as %3$s
  where (%4$s) < (select %4$s from only %2$s as %3$s where %3$s.ctid = ($1)[1]::tid)
  order by %5$s
  limit 1;
end$body$,
    format('array[%s]', string_agg(format('%s.%I::text', alias, k.name), ', ' order by k.position)),
    relation, alias,
    string_agg(format('%s.%I', alias, k.name), ', ' order by k.position),
    string_agg(format('%s.%I desc', alias, k.name), ', ' order by k.position))
  from unnest(columns) with ordinality as k (name, position)
$$;

comment on function sluice.name_body(regclass, text, text[]) is
  'The body of the function that tells by which range of the key a row at some place is found.';
