-- sluice.finish_migration(migration_id, reason): ends a run as finished, with its proof: when, and the snapshots of its verification.
-- Called when:  a pass found nothing more, or somebody accepts what is left. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: the migration's row.  Raises: nothing.

create or replace function sluice.finish_migration(migration_id bigint, reason text default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  ended_at timestamptz := clock_timestamp();
begin
  update sluice.migration m
  set state = 'finished', state_reason = reason, hurried_until = '-infinity', at_risk = false, finished_at = ended_at,
    verified_at = case when m.accepted_at is null then ended_at end,
    cleanup_failed_at = null, cleanup_sqlstate = null, cleanup_error = null,
    verified_from = coalesce(m.verified_from, pg_current_snapshot()), verified_to = pg_current_snapshot(),
    rows_verified = (
      select sum(l.rows_visited) from sluice.lane l
      where l.migration_id = m.migration_id and l.act = 'sweep' and l.pass = 1)
  where m.migration_id = finish_migration.migration_id;
  perform set_config('synchronous_commit', 'on', true);
end
$$;

comment on function sluice.finish_migration(bigint, text) is 'Ends a run as finished, with its proof.';
