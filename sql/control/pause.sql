-- sluice.pause(name): no new batch begins; the batches in hand end.
-- Called by: owners and operators.
-- Locks, writes: the schedule's and the migration's row.
-- Raises: SL002, SL006, SL007. Pausing a paused migration is a no-op.

create or replace function sluice.pause(name text, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
begin
  perform sluice_internal.require_state(migration, 'pause', 'scheduled', 'running', 'verifying', 'paused');
  update sluice.schedule s set active = false where s.migration = migration.name and s.active;
end
$$;

comment on function sluice.pause(text, sluice_internal.caller) is
  'Stops a migration after the batches in hand, until resume().';
