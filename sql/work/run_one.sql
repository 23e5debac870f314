-- sluice_internal.run_one(only_migration): claims and runs one batch in SQL alone; returns how many seconds to wait for
-- the next one. The caller commits.
-- Called by: owners, by hand; by tests.
-- Locks, writes: as run_batch.
-- Raises: what claim raises; errors of the batch itself are recorded.

create or replace function sluice_internal.run_one(only_migration text default null)
returns double precision
language sql
set search_path to pg_catalog, pg_temp
as $$
  select b.wait_seconds from sluice_internal.run_batch(only_migration) as b
$$;

comment on function sluice_internal.run_one(text) is
  'Runs one batch of the session''s user, if one is due; returns how many seconds to wait for the next one.';
