-- sluice_internal.range_condition(key, by_page): the SQL condition for the rows in ($1, $2]. $1 and $2 are text[] of
-- key values; null is unbounded. Row-wise and typed, so that the key's index serves it. by_page: in a form that only a
-- bitmap scan of that index serves, so that each page is visited once. Where rows have moved, an index scan leaves
-- their page and comes back for each of them, which takes twice as long. The OR makes the planner combine bitmaps; its
-- second half is empty, as one descent of the index finds.
-- Called when:  compiling functions without SQL of the author's; for others by batch_range.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.range_condition(key sluice_internal.key_column[],
  by_page boolean default false)
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  these constant text[] := sluice_internal.key_list(key, 'expression');
  upper constant text[] := sluice_internal.key_list(key, 'upper');
  condition text := format('($1 is null or %s) and ($2 is null or %s)',
    sluice_internal.compare_keys(key, '>', these, sluice_internal.key_list(key, 'lower'), true),
    sluice_internal.compare_keys(key, '<=', these, upper, true));
begin
  if by_page and key[1].type <> 'tid' then
    return format('(%s or %s and %s)', condition, sluice_internal.compare_keys(key, '>', these, upper, true),
      sluice_internal.compare_keys(key, '<', these, upper, true));
  end if;
  return condition;
end
$$;

comment on function sluice_internal.range_condition(sluice_internal.key_column[], boolean) is
  'The condition that selects the rows of a range ($1, $2] of the key, in the form an index on the key serves.';
