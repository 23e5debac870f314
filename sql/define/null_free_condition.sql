-- sluice.null_free_condition(relation, alias, columns): what keeps rows with a null key out of a range: " and ... is not null"
-- for each nullable key column, nothing where there is none. Such rows are never pending, but in the index they lie behind all
-- others, and their keys are no bounds: a lane that ended there would end before it began.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.null_free_condition(relation regclass, alias text, columns text[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(string_agg(format(' and %s.%I is not null', alias, a.attname), '' order by a.attnum), '')
  from pg_attribute a
  where a.attrelid = relation and a.attname = any (columns) and a.attnum > 0 and not a.attnotnull
$$;

comment on function sluice.null_free_condition(regclass, text, text[]) is
  'The condition that keeps rows with a null key out of a range; empty where no key column is nullable.';
