-- sluice.estimate_rows(relation): rows of a table, from its statistics and present size; no scan.
-- As the planner does (estimate_rel_size in plancat.c): density at the last ANALYZE times the pages there are now.
-- Called when:  planning, scheduling, verifying.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.estimate_rows(relation regclass)
returns bigint
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when c.relpages > 0 and c.reltuples >= 0 then ceil(c.reltuples / c.relpages * size.pages)::bigint
    else size.pages * 50
  end
  from pg_class c
  cross join lateral (
    select pg_relation_size(c.oid) / current_setting('block_size')::bigint as pages) as size
  where c.oid = relation
$$;

comment on function sluice.estimate_rows(regclass) is 'Estimated rows of a table: density at the last ANALYZE times present pages.';
