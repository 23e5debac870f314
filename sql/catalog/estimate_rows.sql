-- sluice_internal.estimate_rows(relation): rows of a table, from its statistics and present size; no page is read.
-- As the planner does (estimate_rel_size in plancat.c): density at the last ANALYZE times the pages there are now.
-- Without a density, or with one of zero, the rows that PostgreSQL counted as inserted and not deleted; else 50 a page
-- of those that nothing is known of. Plans and batches read pages instead (plan/estimate_target.sql,
-- compile/estimate_body.sql).
-- Called when:  scheduling without a plan, following partitions; by plans, which compare it with their sample.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.estimate_rows(relation regclass)
returns bigint
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when size.pages = 0 then 0
    when c.relpages > 0 and c.reltuples > 0 then ceil(c.reltuples / c.relpages * size.pages)::bigint
    else coalesce(nullif(pg_stat_get_live_tuples(c.oid), 0),
      greatest(size.pages - case when c.reltuples = 0 then c.relpages else 0 end, 0) * 50)
  end
  from pg_class c
  cross join lateral (
    select pg_relation_size(c.oid) / current_setting('block_size')::bigint as pages) as size
  where c.oid = relation
$$;

comment on function sluice_internal.estimate_rows(regclass) is
  'Returns the estimated rows of a table by its statistics and present size.';
