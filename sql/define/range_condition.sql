-- sluice.range_condition(relation, alias, columns, by_page): the SQL condition for the rows in ($1, $2].
-- $1 and $2 are text[] of key values; null is unbounded. Row-wise and typed, so that the key's index serves it.
-- by_page: in a form that only a bitmap scan of that index serves, so that each page is visited once. Where rows have moved,
-- an index scan leaves their page and comes back for each of them, which takes twice as long. The OR makes the planner
-- combine bitmaps; its second half is empty, as one descent of the index finds.
-- Called when:  compiling functions without SQL of the author's; for others by batch_range.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.range_condition(relation regclass, alias text, columns text[], by_page boolean default false)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when by_page and columns <> '{ctid}' then format('(%s or %s and %s)', r.condition, r.after_upper, r.before_upper)
    else r.condition
  end
  from (
    select
      format('($1 is null or %s) and ($2 is null or %s)',
        sluice.compare_keys(relation, columns, '>', k.key, k.lower, true),
        sluice.compare_keys(relation, columns, '<=', k.key, k.upper, true)) as condition,
      sluice.compare_keys(relation, columns, '>', k.key, k.upper, true) as after_upper,
      sluice.compare_keys(relation, columns, '<', k.key, k.upper, true) as before_upper
    from (
      select array_agg(c.expression order by c.position) as key, array_agg(c.lower order by c.position) as lower,
        array_agg(c.upper order by c.position) as upper
      from sluice.key_columns(relation, alias, columns) as c) as k) as r
$$;

comment on function sluice.range_condition(regclass, text, text[], boolean) is
  'The condition that selects the rows of a range ($1, $2] of the key, in the form an index on the key serves.';
