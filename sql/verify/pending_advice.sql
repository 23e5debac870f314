-- sluice_internal.pending_advice(migration, unchanged): what the author can add to pending, so that rows which the
-- change cannot reach are not pending any more; in the definition's own words.
-- Called when:  rows stay pending after two visits, and by sluice.stuck.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.pending_advice(migration sluice_internal.migration,
  unchanged boolean default false)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when unchanged and migration.source is null and migration.kind = 'update' then
      'they were not there, or not changed, when their ranges were walked again: the application moves them to other '
      'partitions or keys, '
      'against which capture => true helps, or a trigger of the table keeps them as they are'
    when migration.source is not null then format(
      'a row without a match in %1$s is never changed; leave such rows out of pending: (%3$s) and exists (select from '
      '%1$s where %2$s)',
      migration.source, migration.match, migration.pending)
    when migration.kind = 'update' then format(
      'set %s leaves them pending; leave out of pending the rows for which it has no value: (%s) and ...',
      migration.changes[1], migration.pending)
    when migration.kind = 'delete' then
      'something keeps them from being deleted, for example a trigger; leave such rows out of pending'
    else format(
      'what is done with them leaves them pending; leave out of pending the rows that it does not reach: (%s) and '
      'exists (...)',
      migration.pending)
  end
$$;

comment on function sluice_internal.pending_advice(sluice_internal.migration, boolean) is
  'What to add to pending, so that rows which the change cannot reach are not pending any more.';
