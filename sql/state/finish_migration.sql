-- sluice_internal.finish_migration(migration_id, reason): ends a run as finished, with its proof: when, and the
-- snapshots of its verification. It is verified at the time when its proof was taken, by one query or by the last sweep
-- of a range, not when it ends. Without a predicate there is nothing to verify, and no proof.
-- Called when:  nothing is pending any more, or somebody accepts what is left. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: the migration's row; an event with its figures.  Raises: nothing.

create or replace function sluice_internal.finish_migration(migration_id bigint, reason text default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  ended_at timestamptz := clock_timestamp();
  proof sluice_internal.snapshot_proof;
  rows_swept bigint;
  swept_at timestamptz;
begin
  select (l.proof).* into proof from sluice_internal.lane l
  where l.migration_id = finish_migration.migration_id and l.act = 'prove';
  select sum(l.rows_visited) filter (where l.pass = 1), max(l.last_batch_at) into rows_swept, swept_at
  from sluice_internal.lane l
  where l.migration_id = finish_migration.migration_id and l.act = 'sweep';
  update sluice_internal.migration m
  set state = 'finished', state_reason = reason, hurried_until = '-infinity', at_risk = false, finished_at = ended_at,
    verified_at = case when v.is_verifiable and m.accepted_at is null
      then coalesce(proof.taken_at, swept_at, ended_at) end,
    verified_from = case when v.is_verifiable then coalesce(m.verified_from, pg_current_snapshot()) end,
    verified_to = case when v.is_verifiable then pg_current_snapshot() end,
    verified_snapshot = case when m.accepted_at is null then proof.snapshot end,
    rows_verified = coalesce(proof.rows_counted, rows_swept),
    cleanup_failed_at = null, cleanup_sqlstate = null, cleanup_error = null
  from (
    select btrim(lower(f.pending)) <> 'true' as is_verifiable
    from sluice_internal.migration f where f.migration_id = finish_migration.migration_id) as v
  where m.migration_id = finish_migration.migration_id;
  perform set_config('synchronous_commit', 'on', true);
end
$$;

comment on function sluice_internal.finish_migration(bigint, text) is 'Ends a run as finished, with its proof.';
