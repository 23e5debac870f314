-- sluice_internal.restart_verification(migration_id): lets verification begin from the start, with a sweep of every
-- relation.
-- Called when:  what it has seen so far proves nothing any more: rows are pending in a snapshot of the whole target, or
--   the capture trigger was lost. No lane is running. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: lanes, the migration's row.  Raises: nothing.

create or replace function sluice_internal.restart_verification(migration_id bigint)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  delete from sluice_internal.lane l
  where l.migration_id = restart_verification.migration_id and (l.act in ('sweep', 'prove') or l.pass > 0);
  update sluice_internal.migration m
  set pass = 0, verified_from = null
  where m.migration_id = restart_verification.migration_id;
end
$$;

comment on function sluice_internal.restart_verification(bigint) is
  'Lets verification begin again with a sweep of every relation.';
