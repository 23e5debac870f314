-- sluice_internal.written_tables(): the tables that this session's transaction wrote to so far, with how many rows, by
-- the counters of PostgreSQL's statistics, which count what was rolled back in a savepoint, too. Nothing while
-- track_counts is off.
-- Called when:  previewing, before and after a batch.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.written_tables()
returns table (relation regclass, inserted bigint, updated bigint, deleted bigint)
language sql volatile
set search_path to pg_catalog, pg_temp
as $$
  select c.oid, n.inserted, n.updated, n.deleted
  from pg_class c
  cross join lateral (
    select pg_stat_get_xact_tuples_inserted(c.oid) as inserted, pg_stat_get_xact_tuples_updated(c.oid) as updated,
      pg_stat_get_xact_tuples_deleted(c.oid) as deleted) as n
  where c.relkind = 'r' and c.relnamespace <> all ('{pg_catalog,sluice,sluice_internal}'::regnamespace[])
    and n.inserted + n.updated + n.deleted > 0
$$;

comment on function sluice_internal.written_tables() is
  'The tables that this transaction wrote to so far, with the numbers of rows.';
