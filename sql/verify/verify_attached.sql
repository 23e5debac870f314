-- sluice_internal.verify_attached(migration): lets a finished run go on when tables became part of its target after its
-- end: they are swept, or walked where the run ended without them, and the whole is proved again. Returns whether it
-- goes on. Without a predicate nothing tells the rows of a new table that need work, and an event says that it is not
-- walked.
-- Called when:  cleanup begins. Internal: runs with its caller's rights.
-- Locks: the lanes of what came back.  Writes: lanes, the migration's row, events.  Raises: nothing.

create or replace function sluice_internal.verify_attached(migration sluice_internal.migration)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  goes_on boolean;
begin
  select bool_or(not a.is_new or btrim(lower(migration.pending)) <> 'true') into goes_on
  from sluice_internal.attached_relations(migration.migration_id) as a;
  if goes_on is null then
    return false;
  end if;
  if goes_on then
    update sluice_internal.migration m
    set state = 'scheduled', state_reason = null, finished_at = null, proof_rounds = 0,
      verified_at = null, verified_to = null, verified_snapshot = null, rows_verified = null
    where m.migration_id = migration.migration_id;
  end if;
  perform sluice_internal.follow_partitions(migration);
  return goes_on;
end
$$;

comment on function sluice_internal.verify_attached(sluice_internal.migration) is
  'Lets a finished run go on over tables that became part of its target after its end; returns whether it does.';
