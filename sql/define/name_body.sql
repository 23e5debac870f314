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
#variable_conflict use_variable
declare
  sluice_key record;
begin
  select %1$s into sluice_key from only %2$s as %3$s where %3$s.ctid = ($1)[1]::tid;
  if not found then
    return;
  end if;
  key := %4$s;
  select %5$s into lower
  from only %2$s as %3$s
  where %6$s
  order by %7$s
  limit 1;
end$body$,
    k.selected, relation, alias, k.key, k.written,
    sluice.compare_keys(relation, columns, '<', k.expressions, k.variables, true), k.key_order_back)
  from (
    select array_agg(c.expression order by c.position) as expressions,
      array_agg('sluice_key.key_' || c.position order by c.position) as variables,
      string_agg(format('%s as key_%s', c.expression, c.position), ', ' order by c.position) as selected,
      format('array[%s]', string_agg(format(c.writing, 'sluice_key.key_' || c.position), ', ' order by c.position)) as key,
      format('array[%s]', string_agg(c.written, ', ' order by c.position)) as written,
      string_agg(format('%s.%I desc', alias, columns[c.position]), ', ' order by c.position) as key_order_back
    from sluice.key_columns(relation, alias, columns) as c) as k
$$;

comment on function sluice.name_body(regclass, text, text[]) is
  'The body of the function that tells by which range of the key a row at some place is found.';
