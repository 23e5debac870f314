-- sluice_internal.begin_run(migration_id): scheduled becomes running.
-- Called when:  the first lane of a scheduled migration is claimed. Internal: runs with its caller's rights.
-- Locks: the schedule's row before the migration's, as all sessions do (lock_schedule): this batch may fail, and then
--   pauses the migration in the same transaction. While another session holds the schedule, the next claim does it.
-- Writes: the migration's row.  Raises: nothing.

create or replace function sluice_internal.begin_run(migration_id bigint)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform from sluice.schedule s
  join sluice_internal.migration m on m.name = s.migration
  where m.migration_id = begin_run.migration_id
  for no key update of s skip locked;
  if not found then
    return;
  end if;
  update sluice_internal.migration m
  set state = case
        when exists (
          select from sluice_internal.lane l
          where l.migration_id = m.migration_id and l.act in ('sweep', 'prove') and l.state <> 'done')
        then 'verifying' else 'running'
      end,
    state_reason = null,
    started_at = coalesce(m.started_at, clock_timestamp())
  where m.migration_id = begin_run.migration_id and m.state = 'scheduled';
end
$$;

comment on function sluice_internal.begin_run(bigint) is
  'Moves a scheduled migration to running, or on with its verification.';
