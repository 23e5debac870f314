-- sluice_internal.is_captured(migration): whether the capture trigger is on all tables of the target what it was when
-- it was made, and has been all the time since.
-- Called when:  lanes are made, when a walk or a verification pass is complete, and in the transaction that ends a run.
--   Internal: runs with its caller's rights.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.is_captured(migration sluice_internal.migration)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select not exists (select from sluice_internal.uncaptured_relations(migration))
$$;

comment on function sluice_internal.is_captured(sluice_internal.migration) is
  'Whether the capture trigger is what was made, on all tables of the target, and has been all the time.';
