-- sluice_internal.record_event(migration_id, kind, message, detail): writes an event that is not a change of state.
-- What a message quotes of rows, their keys, values and errors, is for those who may read them; others see
-- public_message. Internal: called by functions that run with the rights of the owner of schema sluice.
-- Locks: nothing.  Writes: sluice_internal.event; NOTIFY sluice.  Raises: nothing.

create or replace function sluice_internal.record_event(
  migration_id bigint, kind text, message text, detail jsonb default null, public_message text default null
)
returns void
language sql
set search_path to pg_catalog, pg_temp
as $$
  insert into sluice_internal.event (migration_id, migration, kind, message, detail, public_message)
  values (
    record_event.migration_id,
    (select m.name from sluice_internal.migration m where m.migration_id = record_event.migration_id),
    kind, message, detail,
    coalesce(public_message, case
      when record_event.migration_id is null or kind in ('stays_pending', 'proof_failed', 'key_failed',
        'cleanup_waits', 'on_finish',
        'cleaned', 'bounds_outdated', 'relation_gone', 'relation_attached', 'captured', 'capture_lost',
          'stripes_changed', 'deadline_at_risk',
        'deadline_safe', 'maintenance_failed', 'vacuumed', 'not_vacuumed', 'owner_set', 'owner_gone')
      then message end))
$$;

comment on function sluice_internal.record_event(bigint, text, text, jsonb, text) is
  'Writes an event that is not a change of state.';
