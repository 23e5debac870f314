-- sluice.record_event(migration_id, kind, message, detail): writes an event that is not a change of state.
-- Internal: called by functions that run with the rights of the owner of schema sluice.
-- Locks: nothing.  Writes: sluice.event; NOTIFY sluice.  Raises: nothing.

create or replace function sluice.record_event(migration_id bigint, kind text, message text, detail jsonb default null)
returns void
language sql
set search_path to pg_catalog, pg_temp
as $$
  insert into sluice.event (migration_id, migration, kind, message, detail)
  values (
    record_event.migration_id,
    (select m.name from sluice.migration m where m.migration_id = record_event.migration_id),
    kind, message, detail)
$$;

comment on function sluice.record_event(bigint, text, text, jsonb) is 'Writes an event that is not a change of state.';
