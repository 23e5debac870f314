-- Trigger record_state_change on sluice_internal.migration: exactly one event for every change of state, and one
-- NOTIFY. That of a run that is finished has its figures: one that changed nothing does not look like one that did.
-- The events, replayed, give the state; nothing else writes events of kind "state".
-- Locks: nothing.  Writes: sluice_internal.event; NOTIFY sluice with the migration's name.  Raises: nothing.

create or replace function sluice_internal.record_state_change()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  rows_visited bigint;
  rows_changed bigint;
  figures text;
begin
  if new.state = 'finished' then
    select coalesce(new.rows_visited, 0) + coalesce(sum(l.rows_visited) filter (where l.act = 'change' and l.pass = 0),
      0),
      coalesce(new.rows_changed, 0) + coalesce(sum(l.rows_changed), 0)
    into rows_visited, rows_changed
    from sluice_internal.lane l
    where l.migration_id = new.migration_id;
    figures := format('%s rows visited, %s changed', rows_visited, rows_changed);
  end if;
  insert into sluice_internal.event (migration_id, migration, kind, old_state, new_state, message, public_message,
    detail)
  values (new.migration_id, new.name, 'state', case when tg_op = 'UPDATE' then old.state end, new.state,
    nullif(concat_ws('; ', new.state_reason, figures), ''),
    nullif(concat_ws('; ', case when new.state_reason is distinct from new.quoting_reason then new.state_reason
      else new.public_reason end,
      figures), ''),
    case when figures is not null then jsonb_build_object('rows_visited', rows_visited, 'rows_changed',
      rows_changed) end);
  perform sluice_internal.wake_drivers(new.name);
  return null;
end
$$;

comment on function sluice_internal.record_state_change() is
  'Writes one event for each change of a migration''s state, and notifies.';

create or replace trigger record_definition
  after insert on sluice_internal.migration
  for each row when (not sluice_internal.is_restoring()) execute function sluice_internal.record_state_change();

create or replace trigger record_state_change
  after update of state on sluice_internal.migration
  for each row when (old.state is distinct from new.state)
  execute function sluice_internal.record_state_change();
