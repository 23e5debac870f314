-- sluice_internal.middle_body(relation, alias, columns, key, key_range): the body of a middle_ function.
-- Tries, in this order: block arithmetic (TIDs); the middle of the histogram bounds inside the range; the arithmetic
-- middle (integers); where these lead to no row before the end, the 20,000th row of the range, or an earlier one if it
-- is shorter.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.middle_body(
  relation regclass, alias text, columns text[], key sluice_internal.key_column[], key_range text
)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when columns = '{ctid}' then $body$
declare
  first_block bigint := coalesce(split_part(trim('(' from ($1)[1]), ',', 1)::bigint, 0);
  last_block bigint := split_part(trim('(' from ($2)[1]), ',', 1)::bigint;
begin
  if last_block - first_block < 2 then
    return null;
  end if;
  return array[pg_catalog.format('(%s,65535)', (first_block + last_block) / 2)];
end$body$
    else format(
      $body$
#variable_conflict use_variable
declare
  middle %5$s;
  found_key text[];
  skipped integer;
begin
%6$s%7$s
  if middle is distinct from null then
    select %1$s into found_key
    from %2$s
    where %3$s and %8$s %9$s middle
    order by %4$s
    limit 1;
  end if;
  -- one key far beyond all others leaves nothing after the arithmetic middle
  if found_key is null or found_key operator(pg_catalog.=) $2 then
    foreach skipped in array array[20000, 2000, 200] loop
      select %1$s into found_key
      from %2$s
      where %3$s
      order by %4$s
      offset skipped limit 1;
      exit when found;
    end loop;
  end if;
  return case when found_key operator(pg_catalog.=) $2 then null else found_key end;
end$body$,
      format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')),
      format('only %s as %s', relation, alias),
      key_range, array_to_string(sluice_internal.key_list(key, 'ordered'), ', '),
      key[1].type,
      case when sluice_internal.reads_histogram(relation, columns[1]) then format(
        $histogram$  -- as text, because an array of arrays or of rows would be flattened
  middle := (
    select (pg_catalog.array_agg(h.value order by h.position))[(count(*) + 1) / 2]
    from pg_stats s
    cross join pg_catalog.unnest(s.histogram_bounds::text::text[]) with ordinality as h (value, position)
    where s.schemaname = %2$L and s.tablename = %3$L and s.attname = %4$L and not s.inherited
      and ($1 is null or h.value::%1$s %5$s %6$s) and h.value::%1$s %7$s %8$s)::%1$s;
$histogram$, key[1].type, n.nspname, c.relname, columns[1], key[1].greater, key[1].lower, key[1].less, key[1].upper)
  else '' end,
      case when key[1].type in ('smallint', 'integer', 'bigint') then format(
        $integers$
  if middle is null and $1 is not null then
    middle := ((($1)[1]::numeric + ($2)[1]::numeric) / 2::numeric)::%1$s;
  end if;
$integers$, key[1].type) else '' end,
      key[1].expression, key[1].greater_or_equal)
  end
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.oid = relation
$$;

comment on function sluice_internal.middle_body(regclass, text, text[], sluice_internal.key_column[], text) is
  'The body of the function that finds a key near the middle of a range.';
