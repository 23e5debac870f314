-- sluice_internal.key_path(keys): the search path of compiled functions without SQL of the author's: pg_catalog, and
-- where the key's columns have operators in several schemas, these: then a comparison of rows cannot name them
-- (compare_keys).
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.key_path(keys sluice_internal.key_column[])
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  key sluice_internal.key_column;
  schema text;
  path text := 'pg_catalog';
begin
  if (select count(distinct k.greater) = 1 from unnest(keys) as k) then
    return 'pg_catalog, pg_temp';
  end if;
  foreach key in array keys loop
    schema := substring(key.greater from '^operator[(](.*)[.][^."]*[)]$');
    if schema <> 'pg_catalog' and position(schema in path) = 0 then
      path := path || ', ' || schema;
    end if;
  end loop;
  return path || ', pg_temp';
end
$$;

comment on function sluice_internal.key_path(sluice_internal.key_column[]) is
  'The search path of compiled functions that have no SQL of the author''s.';
