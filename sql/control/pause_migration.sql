-- sluice.pause_migration(migration_id, reason): Sluice itself pauses a migration that cannot go on.
-- Called when:  its definition is broken. Internal: runs with its caller's rights.
-- Locks, writes: the migration's and the schedule's row.  Raises: nothing.

create or replace function sluice.pause_migration(migration_id bigint, reason text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice.lock_schedule(migration_id);
  update sluice.migration m
  set state = 'paused', state_reason = reason
  where m.migration_id = pause_migration.migration_id and m.state in ('scheduled', 'running', 'verifying');
  update sluice.schedule s set active = false
  from sluice.migration m
  where m.migration_id = pause_migration.migration_id and s.migration = m.name and s.active;
end
$$;

comment on function sluice.pause_migration(bigint, text) is 'Pauses a migration, with the reason for people.';
