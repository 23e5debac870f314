-- sluice.retry(name): takes up failed ranges and quarantined rows again, after their cause was mended.
-- Called by: owners and operators.
-- Locks, writes: the migration's lanes (waits for the batches in hand), its row, its quarantine.
-- Raises: SL002, SL006, SL007. Returns how many ranges and rows are tried again.

create or replace function sluice.retry(name text, caller sluice_internal.caller default current_user)
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
  tried_again bigint;
begin
  perform sluice_internal.require_state(migration, 'retry', 'failed', 'paused', 'running', 'verifying', 'scheduled',
    'finished');
  tried_again := sluice_internal.reopen_failed(migration);
  if not exists (select from sluice.schedule s where s.migration = migration.name) then
    raise notice using
      message = format('migration "%s" has no schedule, so nothing runs yet', migration.name),
      hint = format('Schedule it: select * from sluice.schedule(%1$L); or finish it now: call sluice.cleanup(%1$L);',
        migration.name);
  end if;
  return tried_again;
end
$$;

comment on function sluice.retry(text, sluice_internal.caller) is
  'Tries failed ranges and quarantined rows again; returns how many.';
