-- sluice_internal.fail_maintenance(migration_id, sqlstate, message): records that a step of maintenance raised an
-- error, of one migration, or of none where it is one for all; once for each SQLSTATE.
-- Called when:  maintenance goes on without that step. Internal: called by functions that run with the rights of the
--   owner of schema sluice.
-- Locks: nothing.  Writes: sluice_internal.event.  Raises: nothing.

create or replace function sluice_internal.fail_maintenance(migration_id bigint, sqlstate text, message text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from sluice_internal.event e
    where (e.migration_id = fail_maintenance.migration_id or e.migration_id is null
      and fail_maintenance.migration_id is null)
      and e.kind = 'maintenance_failed' and e.detail ->> 'sqlstate' = fail_maintenance.sqlstate)
  then
    perform sluice_internal.record_event(migration_id, 'maintenance_failed',
      format('maintenance %sfailed (SQLSTATE %s)',
      case when migration_id is not null then 'of it ' end, sqlstate),
      jsonb_build_object('sqlstate', sqlstate, 'message', message));
  end if;
end
$$;

comment on function sluice_internal.fail_maintenance(bigint, text, text) is
  'Records that a step of maintenance raised an error, once for each SQLSTATE.';
