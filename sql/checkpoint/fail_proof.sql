-- sluice_internal.fail_proof(lane, migration, policy, kind): the lane of a proof whose query failed. It has one batch,
-- which cannot be smaller.
--
--   57014        the query takes longer than policy.proof_time, or was cancelled: the migration pauses
--   25001        the transaction was not READ COMMITTED: the migration pauses
--   transient    it is tried again after a wait, as any batch
--   any other    the lane ends, and the sweep by ranges finds the row that raises, or that the definition is broken;
--                when it found neither, and the next proof fails in the same way, the migration pauses
--
-- Called when:  failing. Internal: runs with its caller's rights.
-- Locks, writes: the migration's and the schedule's row when it pauses.  Raises: nothing.

create or replace function sluice_internal.fail_proof(lane sluice_internal.lane, migration sluice_internal.migration,
  policy sluice.policy, kind text)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if lane.error_sqlstate = '57014' then
    perform sluice_internal.pause_migration(lane.migration_id, format(
      'the query that proves it in one snapshot was cancelled, or takes longer than policy.proof_time, which is %s '
      '(SQLSTATE 57014); '
      'give it more time: update sluice.policy set proof_time = ...; or define the migration with proof => ''ranges''',
      sluice_internal.readable_interval(extract(epoch from policy.proof_time)::double precision)),
      'the query that proves it in one snapshot was cancelled (SQLSTATE 57014)');
  elsif lane.error_sqlstate = '25001' or kind <> 'transient' and migration.proof_rounds > 0 and lane.error_sqlstate = (
    select e.detail ->> 'sqlstate' from sluice_internal.event e
    where e.migration_id = migration.migration_id and e.kind = 'proof_failed'
    order by e.event_id desc limit 1)
  then
    perform sluice_internal.pause_migration(lane.migration_id,
      format('%s (SQLSTATE %s)', lane.error_message, lane.error_sqlstate),
      format('SQLSTATE %s', lane.error_sqlstate));
  elsif kind <> 'transient' then
    lane.state := 'done';
  else
    lane := sluice_internal.back_off(lane);
    lane.detour := null;
  end if;
  return lane;
end
$$;

comment on function sluice_internal.fail_proof(sluice_internal.lane, sluice_internal.migration, sluice.policy, text) is
  'The lane of a proof whose query failed: tried again, ended, or the migration pauses.';
