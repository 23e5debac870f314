-- sluice.restart(name): forgets the progress of the run and begins again from the first row.
-- With a pending predicate rows that are done are passed over; without one they are changed once more. After a cleanup, the next
-- one executes on_finish again from its first statement, which may find what it created already there.
-- Called by: owners and operators.
-- Locks, writes: the migration's lanes (waits for the batches in hand), its row, its quarantine; its compiled functions,
--   where cleanup dropped them.
-- Raises: SL002, SL006, SL007.

create or replace function sluice.restart(name text, caller sluice.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice.migration := sluice.lock_run(name, caller, lanes_too => true);
begin
  perform sluice.require_state(migration, 'restart',
    'scheduled', 'running', 'verifying', 'finished', 'paused', 'failed', 'cancelled');
  delete from sluice.lane l where l.migration_id = migration.migration_id;
  delete from sluice.outage o where o.migration_id = migration.migration_id;
  delete from sluice.quarantine q where q.migration_id = migration.migration_id;
  update sluice.migration m
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
  perform sluice.compile_migration(migration.migration_id);
  if migration.state in ('scheduled', 'paused') then
    perform sluice.make_lanes(migration);
  else
    raise notice using
      message = format('migration "%s" has no schedule, so nothing runs yet', migration.name),
      hint = format('Schedule it: select * from sluice.schedule(%1$L); or finish it now: call sluice.cleanup(%1$L);', migration.name);
  end if;
end
$$;

comment on function sluice.restart(text, sluice.caller) is
  'Begins a migration again from the first row, with its schedule; cleanup will execute all of on_finish again.';
