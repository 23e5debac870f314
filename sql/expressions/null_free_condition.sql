-- sluice_internal.null_free_condition(relation, alias, columns): what keeps rows with a null key out of a range: a
-- condition for each nullable key column, nothing where there is none. Such rows are never pending, but in the index
-- they lie after all others, and their keys are no bounds: a lane that ended there would end before it began.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.null_free_condition(relation regclass, alias text, columns text[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  -- "is not null" of a composite value asks for each of its fields
  select coalesce(string_agg(format(' and %s.%I is distinct from null', alias, n.name), '' order by n.name), '')
  from sluice_internal.nullable_columns(relation, columns) as n (name)
$$;

comment on function sluice_internal.null_free_condition(regclass, text, text[]) is
  'The condition that keeps rows with a null key out of a range; empty where no key column is nullable.';
