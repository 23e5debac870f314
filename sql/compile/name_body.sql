-- sluice_internal.name_body(relation, alias, key): the body of a name_ function: the range (lower, key] that holds the
-- row at a ctid alone, lower being the key before it. Null, when no row is there any more.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.name_body(relation regclass, alias text, key sluice_internal.key_column[])
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
    array_to_string(sluice_internal.key_list(key, 'named', ' as key_%s'), ', '), relation, alias,
    format('array[%s]', array_to_string(sluice_internal.key_list(key, 'writing', 'sluice_key.key_%s'), ', ')),
    format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')),
    sluice_internal.compare_keys(key, '<', sluice_internal.key_list(key, 'expression'),
      sluice_internal.key_list(key, 'number', 'sluice_key.key_%s'), true),
    array_to_string(sluice_internal.key_list(key, 'ordered'), ' desc, ') || ' desc')
$$;

comment on function sluice_internal.name_body(regclass, text, sluice_internal.key_column[]) is
  'The body of the function that tells by which range of the key a row at some place is found.';
