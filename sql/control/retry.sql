-- sluice.retry(name): takes up failed ranges and quarantined rows again, after their cause was mended.
-- Called by: owners and operators.
-- Locks, writes: the migration's lanes (waits for the batches in hand), its row, its quarantine.
-- Raises: SL002, SL006, SL007. Returns how many ranges and rows are tried again.

create or replace function sluice.retry(name text, caller sluice.caller default current_user)
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice.migration := sluice.lock_run(name, caller, lanes_too => true);
begin
  perform sluice.require_state(migration, 'retry', 'failed', 'paused', 'running', 'verifying', 'scheduled', 'finished');
  return sluice.reopen_failed(migration);
end
$$;

comment on function sluice.retry(text, sluice.caller) is 'Tries failed ranges and quarantined rows again; returns how many.';
