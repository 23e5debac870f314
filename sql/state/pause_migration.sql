-- sluice_internal.pause_migration(migration_id, reason, public_reason): Sluice itself pauses a migration that cannot go
-- on. Those who may not read the rows, which the reason can quote, see public_reason.
-- Called when:  its definition is broken. Internal: runs with its caller's rights.
-- Locks, writes: the migration's and the schedule's row.  Raises: nothing.

create or replace function sluice_internal.pause_migration(migration_id bigint, reason text,
  public_reason text default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.lock_schedule(migration_id);
  update sluice_internal.migration m
  set state = 'paused', state_reason = reason, quoting_reason = reason, public_reason = pause_migration.public_reason
  where m.migration_id = pause_migration.migration_id and m.state in ('scheduled', 'running', 'verifying');
  update sluice.schedule s set active = false
  from sluice_internal.migration m
  where m.migration_id = pause_migration.migration_id and s.migration = m.name and s.active;
end
$$;

comment on function sluice_internal.pause_migration(bigint, text, text) is
  'Pauses a migration, with the reason for people.';
