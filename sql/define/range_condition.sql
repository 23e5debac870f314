-- sluice.range_condition(alias, columns, types): the SQL condition for the rows in ($1, $2].
-- $1 and $2 are text[] of key values; null is unbounded. Row-wise and typed, so that the key's index serves it.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.range_condition(alias text, columns text[], types text[])
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select format('($1 is null or (%1$s) > (%2$s)) and ($2 is null or (%1$s) <= (%3$s))',
    string_agg(format('%s.%I', alias, k.name), ', ' order by k.position),
    string_agg(format('($1)[%s]::%s', k.position, k.type), ', ' order by k.position),
    string_agg(format('($2)[%s]::%s', k.position, k.type), ', ' order by k.position))
  from unnest(columns, types) with ordinality as k (name, type, position)
$$;

comment on function sluice.range_condition(text, text[], text[]) is
  'The condition that selects the rows of a range ($1, $2] of the key, in the form an index on the key serves.';
