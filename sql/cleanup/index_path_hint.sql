-- sluice_internal.index_path_hint(statement, sqlstate): what to do about a function that an index is built with and
-- that does not find what it names, though the definition's search path has it: from PostgreSQL 17 on, indexes are
-- built under a search path of PostgreSQL's own.
-- Called when:  a statement of on_finish failed.
-- Locks, writes: nothing.  Raises: nothing; null for any other error or statement.

create or replace function sluice_internal.index_path_hint(statement text, sqlstate text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select 'PostgreSQL builds indexes with the search_path pg_catalog, pg_temp: name everything inside of the function '
    'with its schema, '
    'or give it a path: alter function ... set search_path to ...;'
  where sqlstate in ('42883', '42P01', '42704') and current_setting('server_version_num')::integer >= 170000
    and statement ~* '(create[[:space:]]+(unique[[:space:]]+)?index|reindex|materialized[[:space:]]+view|cluster)[[:space:]]'
$$;

comment on function sluice_internal.index_path_hint(text, text) is
  'What to do about a name that is not found while an index is built; null for other errors.';
