-- sluice_internal.record_capture(migration): writes down the capture trigger as it is on each table of the target for
-- which that was not done.
-- Called when:  the trigger was made; for tables that have inherited it; after a copy was adopted.
--   Internal: runs with its caller's rights.
-- Locks: nothing.  Writes: sluice_internal.captured_relation.  Raises: nothing.

create or replace function sluice_internal.record_capture(migration sluice_internal.migration)
returns void
language sql
set search_path to pg_catalog, pg_temp
as $$
  insert into sluice_internal.captured_relation (migration_id, relation, trigger_id, written_in, enabled, function_hash)
  select migration.migration_id, s.relation, s.trigger_id, s.written_in, s.enabled, s.function_hash
  from sluice_internal.capture_triggers(migration) as s
  where s.trigger_id is not null
  on conflict on constraint captured_relation_pkey do nothing
$$;

comment on function sluice_internal.record_capture(sluice_internal.migration) is
  'Writes down the capture trigger as it is on each table of the target.';
