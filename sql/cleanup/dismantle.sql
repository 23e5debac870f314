-- sluice_internal.dismantle(name): removes lanes, schedule and compiled functions of a finished migration; the history
-- stays. Of many tables, functions are left, which are unused from then on (drop_compiled).
-- Called when:  cleanup has verified and executed everything.
-- Locks, writes: the migration's row, lanes, schedule, functions.
-- Raises: SL002, SL006 (also while the capture trigger is there), SL007. Dismantling twice is a no-op.

create or replace function sluice_internal.dismantle(name text, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
begin
  perform sluice_internal.require_state(migration, 'clean up', 'finished');
  if migration.cleaned_at is not null then
    return;
  end if;
  perform sluice_internal.require_no_capture(migration, 'clean up');
  update sluice_internal.migration m
  set cleaned_at = clock_timestamp(), hurried_until = '-infinity'
  where m.migration_id = migration.migration_id;
  delete from sluice_internal.lane l where l.migration_id = migration.migration_id;
  delete from sluice.schedule s where s.migration = migration.name;
  perform sluice_internal.drop_compiled();
  perform sluice_internal.record_event(migration.migration_id, 'cleaned',
    'lanes, schedule and compiled functions were removed');
end
$$;

comment on function sluice_internal.dismantle(text, sluice_internal.caller) is
  'Removes lanes, schedule and functions of a finished migration.';
