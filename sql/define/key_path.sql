-- sluice.key_path(keys): the search path of compiled functions without SQL of the author's: pg_catalog, and the schemas
-- of the key's operators (compare_keys).
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.key_path(keys sluice.key_column[])
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  key sluice.key_column;
  schema text;
  path text := 'pg_catalog';
begin
  foreach key in array keys loop
    schema := substring(key.greater from '^operator[(](.*)[.][^."]*[)]$');
    if schema <> 'pg_catalog' and position(schema in path) = 0 then
      path := path || ', ' || schema;
    end if;
  end loop;
  return path || ', pg_temp';
end
$$;

comment on function sluice.key_path(sluice.key_column[]) is
  'The search path of compiled functions that have no SQL of the author''s: where the key''s operators are.';
