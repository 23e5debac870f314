-- sluice.range_condition(alias, columns, types, by_page): the SQL condition for the rows in ($1, $2].
-- $1 and $2 are text[] of key values; null is unbounded. Row-wise and typed, so that the key's index serves it.
-- by_page: in a form that only a bitmap scan of that index serves, so that each page is visited once. Where rows have moved,
-- an index scan leaves their page and comes back for each of them, which takes twice as long. The OR makes the planner
-- combine bitmaps; its second half is empty, as one descent of the index finds.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.range_condition(alias text, columns text[], types text[], by_page boolean default false)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when by_page and columns <> '{ctid}' then format('(%s or (%s) > (%s) and (%2$s) < (%3$s))', r.condition, r.key, r.upper)
    else r.condition
  end
  from (
    select format('($1 is null or (%1$s) > (%2$s)) and ($2 is null or (%1$s) <= (%3$s))', k.key, k.lower, k.upper) as condition,
      k.key, k.upper
    from (
      select string_agg(format('%s.%I', alias, c.name), ', ' order by c.position) as key,
        string_agg(format('($1)[%s]::%s', c.position, c.type), ', ' order by c.position) as lower,
        string_agg(format('($2)[%s]::%s', c.position, c.type), ', ' order by c.position) as upper
      from unnest(columns, types) with ordinality as c (name, type, position)) as k) as r
$$;

comment on function sluice.range_condition(text, text[], text[], boolean) is
  'The condition that selects the rows of a range ($1, $2] of the key, in the form an index on the key serves.';
