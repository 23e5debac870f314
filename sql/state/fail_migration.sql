-- sluice_internal.fail_migration(migration_id, reason, public_reason): the run ends here; a person is needed. Those who
-- may not read the rows, which the reason can quote, see public_reason.
-- Called when:  too much failed, or rows stay pending. Internal: runs with its caller's rights.
-- Locks, writes: the migration's row.  Raises: nothing.

create or replace function sluice_internal.fail_migration(migration_id bigint, reason text,
  public_reason text default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  update sluice_internal.migration m
  set state = 'failed', state_reason = reason, quoting_reason = reason, public_reason = fail_migration.public_reason
  where m.migration_id = fail_migration.migration_id and m.state <> 'failed';
  perform set_config('synchronous_commit', 'on', true);
end
$$;

comment on function sluice_internal.fail_migration(bigint, text, text) is
  'Ends a run that cannot go on, with the reason for people.';
