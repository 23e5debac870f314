-- sluice_internal.queue_capture(migration): the lane that installs the capture trigger comes first; the others wait for
-- it. Lanes whose batch is in hand are passed over: what they leave out is found by the verification, which begins when
-- the trigger is in place.
-- Called when:  lanes are made; when the trigger is found to be less than what was made. Internal: runs with its
--   caller's rights.
-- Locks: lanes, skipping those that others hold.  Writes: lanes; sluice_internal.captured_relation, where the trigger
--   is in place.
-- Raises: nothing.

create or replace function sluice_internal.queue_capture(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if not migration.capture then
    return;
  elsif sluice_internal.is_captured(migration) then
    perform sluice_internal.record_capture(migration);
    return;
  end if;
  update sluice_internal.lane l
  set state = case l.act when 'capture' then 'active' else 'queued' end, attempts = 0, due_at = clock_timestamp(),
    version = l.version + 1
  where l.lane_id in (
    select q.lane_id from sluice_internal.lane q
    where q.migration_id = migration.migration_id and (q.act = 'capture' or q.state = 'active')
    for no key update skip locked);
  insert into sluice_internal.lane (migration_id, relation, act, state, batch_size)
  select migration.migration_id, migration.target, 'capture', 'active', 1
  where not exists (select from sluice_internal.lane l where l.migration_id = migration.migration_id
    and l.act = 'capture');
end
$$;

comment on function sluice_internal.queue_capture(sluice_internal.migration) is
  'Makes the installation of the capture trigger due, and lets all other lanes wait for it.';
