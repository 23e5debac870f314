-- sluice_internal.reopen_failed(migration): failed lanes are due again, quarantined rows become lanes of their own, and
-- a failed migration goes on, and so does one of which the rest was accepted; one that had reached verification is
-- verified again from the beginning. One without a schedule, since it was cleaned up or its schedule was deleted,
-- becomes cancelled, from where schedule() and cleanup() go on.
-- Called when:  retry and cleanup. The lanes are locked. Internal: runs with its caller's rights.
-- Locks, writes: lanes, outage, quarantine, the migration's row, compiled functions that cleanup dropped.  Raises:
--   nothing. Returns how many ranges and rows that is.

create or replace function sluice_internal.reopen_failed(migration sluice_internal.migration)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  reopened bigint;
  taken_back bigint;
begin
  update sluice_internal.lane l
  set state = 'active', attempts = 0, detour = null, due_at = clock_timestamp(), version = l.version + 1
  where l.migration_id = migration.migration_id
    and (l.state = 'failed' or (l.state = 'active' and l.attempts > 0));
  get diagnostics reopened = row_count;
  delete from sluice_internal.outage o where o.migration_id = migration.migration_id;
  if found then
    perform sluice_internal.wake_drivers(migration.name);
  end if;

  with taken as (
    delete from sluice_internal.quarantine q where q.migration_id = migration.migration_id returning q.*)
  insert into sluice_internal.lane (
    migration_id, relation, lower, upper, cursor, stripes, stripe, stretch_upper, key_order, batch_size, careful,
    rows_estimated)
  select t.migration_id, t.relation, t.lower, t.key, t.lower, t.stripes, t.stripe,
    case when t.stripes > 1 then t.key end, t.key_order, 1, 1, t.rows
  from taken t
  order by t.quarantine_id;
  get diagnostics taken_back = row_count;

  if reopened + taken_back > 0 or migration.state = 'failed' or migration.accepted_at is not null then
    delete from sluice_internal.lane l
    where l.migration_id = migration.migration_id and migration.pass > 0
      and (l.act in ('sweep', 'prove') or (l.pass > 0 and l.state = 'done'));
    update sluice_internal.migration m
    set state = coalesce(
        (select case when s.active then 'scheduled' else 'paused' end from sluice.schedule s
          where s.migration = m.name),
        'cancelled'),
      state_reason = null, pass = 0, proof_rounds = 0, rows_accepted = 0, accepted_at = null, finished_at = null,
      verified_at = null,
      verified_from = null, verified_to = null, verified_snapshot = null, rows_verified = null, cleaned_at = null
    where m.migration_id = migration.migration_id;
    perform sluice_internal.compile_migration(migration.migration_id);
  end if;
  return reopened + taken_back;
end
$$;

comment on function sluice_internal.reopen_failed(sluice_internal.migration) is
  'Makes failed lanes and quarantined rows due again, and a failed migration go on.';
