-- sluice_internal.forget_run(name): removes a migration with its definition, schedule, lanes and history. Compiled
-- functions of many tables are left to keep_house().
-- Called when:  forgetting, once its capture trigger is gone.
-- Locks, writes: everything of the migration; waits for the batches in hand.
-- Raises: SL002, SL006 while it runs or its capture trigger is there, SL007.

create or replace function sluice_internal.forget_run(name text, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
begin
  perform sluice_internal.require_state(migration, 'forget', 'defined', 'finished', 'failed', 'cancelled', 'paused');
  perform sluice_internal.require_no_capture(migration, 'forget');
  delete from sluice_internal.migration m where m.migration_id = migration.migration_id;
  delete from sluice_internal.batch b where b.migration_id = migration.migration_id;
  delete from sluice_internal.event e where e.migration_id = migration.migration_id;
  perform sluice_internal.drop_compiled();
end
$$;

comment on function sluice_internal.forget_run(text, sluice_internal.caller) is
  'Removes a migration that does not run, with its definition and history.';
