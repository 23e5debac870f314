-- sluice.dismantle(name): removes lanes, schedule and compiled functions of a finished migration; the history stays. Of many
-- tables, functions are left, which are unused from then on (drop_compiled).
-- Called when:  cleanup has verified and executed everything.
-- Locks, writes: the migration's row, lanes, schedule, functions.
-- Raises: SL002, SL006 (also while the capture trigger is there), SL007. Dismantling twice is a no-op.

create or replace function sluice.dismantle(name text, caller sluice.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice.migration := sluice.lock_run(name, caller, lanes_too => true);
begin
  perform sluice.require_state(migration, 'clean up', 'finished');
  if migration.cleaned_at is not null then
    return;
  end if;
  perform sluice.require_no_capture(migration, 'clean up');
  update sluice.migration m
  set cleaned_at = clock_timestamp(), hurried_until = '-infinity'
  where m.migration_id = migration.migration_id;
  delete from sluice.lane l where l.migration_id = migration.migration_id;
  delete from sluice.schedule s where s.migration = migration.name;
  perform sluice.drop_compiled();
  perform sluice.record_event(migration.migration_id, 'cleaned', 'lanes, schedule and compiled functions were removed');
end
$$;

comment on function sluice.dismantle(text, sluice.caller) is 'Removes lanes, schedule and functions of a finished migration.';
