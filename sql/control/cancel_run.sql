-- sluice_internal.cancel_run(name, reason): ends the run. What is done stays done; schedule() goes on from there,
-- restart() begins anew.
-- Called when:  cancelling.
-- Locks, writes: the migration's and the schedule's row. A batch in hand ends first, or commits.
-- Raises: SL002, SL006, SL007. Cancelling a cancelled migration is a no-op.

create or replace function sluice_internal.cancel_run(name text, reason text default null,
  caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
begin
  perform sluice_internal.require_state(migration, 'cancel', 'scheduled', 'running', 'verifying', 'paused', 'failed',
    'cancelled');
  update sluice_internal.migration m
  set state = 'cancelled', hurried_until = '-infinity',
    state_reason = coalesce(left(reason, 1000), format('cancelled by %s', session_user))
  where m.migration_id = migration.migration_id and m.state <> 'cancelled';
  delete from sluice.schedule s where s.migration = migration.name;
end
$$;

comment on function sluice_internal.cancel_run(text, text, sluice_internal.caller) is
  'Ends a migration''s run, and leaves its capture trigger.';
