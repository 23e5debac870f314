-- sluice.is_captured(migration): whether the capture trigger is on all tables of the target what it was when it was
-- made, and has been all the time since.
-- Called when:  lanes are made, when a walk or a verification pass is complete, and in the transaction that ends a run.
--   Internal: runs with its caller's rights.
-- Locks, writes, raises: nothing.

create or replace function sluice.is_captured(migration sluice.migration)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select not exists (select from sluice.uncaptured_relations(migration))
$$;

comment on function sluice.is_captured(sluice.migration) is
  'Whether the capture trigger is what was made, on all tables of the target, and has been all the time.';
