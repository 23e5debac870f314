-- sluice.restart(name): forgets the progress of the run and begins again from the first row.
-- With a pending predicate rows that are done are passed over; without one they are changed once more. After a cleanup,
-- the next one executes on_finish again from its first statement, which may find what it created already there.
-- Called by: owners and operators.
-- Locks, writes: the migration's lanes (waits for the batches in hand), its row, its quarantine; its compiled
--   functions, where cleanup dropped them.
-- Raises: SL002, SL006, SL007.

create or replace function sluice.restart(name text, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
begin
  perform sluice_internal.require_state(migration, 'restart',
    'scheduled', 'running', 'verifying', 'finished', 'paused', 'failed', 'cancelled');
  delete from sluice_internal.lane l where l.migration_id = migration.migration_id;
  delete from sluice_internal.outage o where o.migration_id = migration.migration_id;
  delete from sluice_internal.quarantine q where q.migration_id = migration.migration_id;
  update sluice_internal.migration m
  set state = coalesce(
      (select case when s.active then 'scheduled' else 'paused' end from sluice.schedule s where s.migration = m.name),
      'cancelled'),
    state_reason = case when exists (select from sluice.schedule s where s.migration = m.name and not s.active)
      then format('paused by %s, who restarted it', session_user) else format('restarted by %s', session_user) end,
    hurried_until = '-infinity', at_risk = false, pass = 0, proof_rounds = 0, rows_accepted = 0, accepted_at = null,
    on_finish_done = 0, on_finish_begun = null,
    rows_visited = null, rows_changed = null, started_at = null, finished_at = null, cleaned_at = null,
    verified_at = null, verified_from = null, verified_to = null, verified_snapshot = null,
    rows_verified = null
  where m.migration_id = migration.migration_id
  returning * into migration;
  perform sluice_internal.compile_migration(migration.migration_id);
  if migration.state in ('scheduled', 'paused') then
    perform sluice_internal.make_lanes(migration);
  else
    raise notice using
      message = format('migration "%s" has no schedule, so nothing runs yet', migration.name),
      hint = format('Schedule it: select * from sluice.schedule(%1$L); or finish it now: call sluice.cleanup(%1$L);',
        migration.name);
  end if;
end
$$;

comment on function sluice.restart(text, sluice_internal.caller) is
  'Begins a migration again from the first row, with its schedule; cleanup will execute all of on_finish again.';
