-- Trigger record_state_change on sluice.migration: exactly one event for every change of state, and one NOTIFY.
-- The events, replayed, give the state; nothing else writes events of kind "state".
-- Locks: nothing.  Writes: sluice.event; NOTIFY sluice with the migration's name.  Raises: nothing.

create or replace function sluice.record_state_change()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  insert into sluice.event (migration_id, migration, kind, old_state, new_state, message, public_message)
  values (new.migration_id, new.name, 'state', case when tg_op = 'UPDATE' then old.state end, new.state, new.state_reason,
    case when new.state_reason is distinct from new.quoting_reason then new.state_reason else new.public_reason end);
  perform pg_notify('sluice', new.name);
  return null;
end
$$;

comment on function sluice.record_state_change() is 'Writes one event for each change of a migration''s state, and notifies.';

create or replace trigger record_definition
  after insert on sluice.migration
  for each row when (not sluice.is_restoring()) execute function sluice.record_state_change();

create or replace trigger record_state_change
  after update of state on sluice.migration
  for each row when (old.state is distinct from new.state)
  execute function sluice.record_state_change();
