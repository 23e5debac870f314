-- sluice_internal.find_duplicates_query(name): a query that lists the keys that stand in the way of a unique index
-- which the next on_finish statement failed to create; null when there is no such index.
-- Called when:  a unique index could not be created.
-- Locks, writes: nothing.  Raises: SL002, SL007.

create or replace function sluice_internal.find_duplicates_query(name text)
returns text
language sql
set search_path to pg_catalog, pg_temp
as $$
  select format('select %1$s, count(*) from %2$s%3$s group by %1$s having count(*) > 1;',
    (select string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' order by k)
      from generate_series(1, i.indnkeyatts) as k),
    i.indrelid::regclass, ' where ' || pg_get_expr(i.indpred, i.indrelid))
  from sluice_internal.next_on_finish(name) as n
  cross join sluice_internal.session_limits(name) as l
  cross join lateral (select (sluice_internal.read_concurrent_index(n.statement, l.search_path)).index offset 0) as seen
  join pg_index i on i.indexrelid = seen.index
  where i.indisunique and not i.indisvalid
$$;

comment on function sluice_internal.find_duplicates_query(text) is
  'A query for the keys that kept a unique index of on_finish from being created.';
