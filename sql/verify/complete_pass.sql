-- sluice_internal.complete_pass(migration_id): every lane is done or given up; begins the next verification pass, or
-- ends the run.
--
--   bounds that were outdated -> walk and verification begin again
--   columns that were written are others now -> the same; paused, where there is no predicate
--   partitions attached meanwhile -> they are walked, or swept, first; paused, where define() would have refused them
--   after the walk            -> pass 1 sweeps everything
--   after a sweep that found  -> the ranges found were walked again meanwhile; the next pass sweeps just those
--   after a sweep that found nothing but the same rows again -> failed
--   after a sweep that found nothing -> the pending rows of the whole target are counted in one snapshot, unless it is
--   proved by ranges
--   after a proof that saw some      -> verification begins again
--   after a proof that saw none      -> finished, in the transaction of that proof; in any other a new proof begins
--
-- Called when:  no lane is left to work on, in the next claim; after a proof, in its checkpoint. Internal: runs with
--   its caller's rights.
-- Locks: the migration's row, unless an administrator holds it.  Writes: lanes, the migration's state.
-- Raises: nothing; what stays pending or failed is the migration's state_reason.

create or replace function sluice_internal.complete_pass(migration_id bigint)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration;
  verifiable boolean;
  proving sluice_internal.lane;
  lanes_failed bigint;
  rows_quarantined bigint;
  swept bigint;
  reason text;
begin
  select m.* into migration from sluice_internal.migration m
  where m.migration_id = complete_pass.migration_id and m.state in ('scheduled', 'running', 'verifying')
  for no key update skip locked;
  if not found then
    return false;
  end if;

  if migration.capture and not sluice_internal.is_captured(migration) then
    perform sluice_internal.renew_capture(migration);
    return true;
  end if;

  verifiable := btrim(lower(migration.pending)) <> 'true';
  update sluice_internal.lane l set is_outdated = true where l.lane_id in (select sluice_internal.lost_lanes(migration))
    and verifiable;
  if not verifiable and exists (select from sluice_internal.lost_lanes(migration)) then
    perform sluice_internal.pause_migration(migration.migration_id, format(
      'a column that set assigns was dropped and added again, and without a predicate it cannot be known which rows '
      'are done; '
      'to change all of them again: select sluice.restart(%L); (SQLSTATE SL017)', migration.name));
    return false;
  end if;
  if exists (select from sluice_internal.lane l where l.migration_id = migration.migration_id and l.is_outdated) then
    perform sluice_internal.begin_again(migration);
    return true;
  end if;

  select count(*) into lanes_failed from sluice_internal.lane l
  where l.migration_id = migration.migration_id and l.state = 'failed';
  if lanes_failed > 0 then
    reason := format('%s range(s) were given up; select * from sluice.stuck; says why, sluice.retry(%L) tries again',
      lanes_failed, migration.name);
    perform sluice_internal.fail_migration(migration.migration_id, reason, reason);
    return false;
  end if;

  if sluice_internal.pause_for_attached(migration) then
    return false;
  elsif sluice_internal.follow_partitions(migration) > 0 then
    return true;
  end if;
  if verifiable then
    swept := sluice_internal.begin_pass(migration);
    if swept > 0 then
      return true;
    end if;
  end if;
  if sluice_internal.report_staying(migration) then
    return false;
  end if;

  select coalesce(sum(q.rows), 0) into rows_quarantined from sluice_internal.quarantine q
  where q.migration_id = migration.migration_id;
  if rows_quarantined > migration.rows_accepted then
    reason := format('%s row(s) are quarantined; mend them and call sluice.retry(%2$L), or '
      'sluice.accept_remaining(%2$L)',
      rows_quarantined, migration.name);
    perform sluice_internal.fail_migration(migration.migration_id, reason, reason);
    return false;
  end if;

  if verifiable and migration.proof = 'snapshot' then
    -- one that saw no pending row ends the run in its own transaction only (checkpoint): later it says nothing
    select l.* into proving from sluice_internal.lane l
    where l.migration_id = migration.migration_id and l.act = 'prove'
      and ((l.proof).rows_pending is distinct from 0 or (l.proof).taken_in = pg_current_xact_id());
    if not found then
      perform sluice_internal.begin_proof(migration);
      return true;
    elsif not sluice_internal.end_proof(migration, proving) then
      return migration.proof_rounds < (select m.proof_rounds from sluice_internal.migration m
        where m.migration_id = migration.migration_id);
    end if;
  end if;
  perform sluice_internal.finish_migration(migration.migration_id);
  return false;
end
$$;

comment on function sluice_internal.complete_pass(bigint) is
  'Begins the next verification pass when all lanes are done, or ends the run: finished, or failed with the reason.';
