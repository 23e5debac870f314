-- sluice.resume(name): a paused migration goes on where it was.
-- Called by: owners and operators.
-- Locks, writes: the schedule's and the migration's row.
-- Raises: SL002, SL006, SL007.

create or replace function sluice.resume(name text, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
begin
  perform sluice_internal.require_state(migration, 'resume', 'scheduled', 'running', 'verifying', 'paused');
  update sluice.schedule s set active = true where s.migration = migration.name and not s.active;
end
$$;

comment on function sluice.resume(text, sluice_internal.caller) is 'Lets a paused migration go on from its cursors.';
