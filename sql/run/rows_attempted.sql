-- sluice.rows_attempted(relation): rows that this transaction updated or deleted so far, those rolled back included.
-- Called when:  a batch is run carefully.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.rows_attempted(relation regclass)
returns bigint
language sql volatile
set search_path to pg_catalog, pg_temp
as $$
  select pg_stat_get_xact_tuples_updated(relation) + pg_stat_get_xact_tuples_deleted(relation)
$$;

comment on function sluice.rows_attempted(regclass) is
  'How many rows this transaction updated or deleted, those that were rolled back included.';
