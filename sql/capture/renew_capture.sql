-- sluice_internal.renew_capture(migration): after the capture trigger was found to be less than what was made: it is
-- installed again, and then verification begins from the start. A run that was finished goes on.
-- Called when:  a walk or a verification pass is complete, and when cleanup begins. Internal: runs with its caller's
--   rights.
-- Locks: as queue_capture.  Writes: lanes, the migration's row, an event.  Raises: nothing.

create or replace function sluice_internal.renew_capture(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  relations constant regclass[] := array(select u.relation from sluice_internal.uncaptured_relations(migration) as u);
begin
  perform sluice_internal.record_event(migration.migration_id, 'capture_lost',
    format('the capture trigger on %s is not what was installed, or was not all the time; it is installed again, and '
      'then verification begins from the start',
      array_to_string(relations[1:5], ', ') || case when cardinality(relations) > 5 then ', ...' else '' end),
    jsonb_build_object('relations', to_jsonb(relations::text[])));
  delete from sluice_internal.lane l
  where l.migration_id = migration.migration_id and (l.act in ('sweep', 'prove') or l.pass > 0);
  update sluice_internal.migration m
  set pass = 0, verified_at = null, verified_from = null, verified_to = null, verified_snapshot = null,
    rows_verified = null, finished_at = null,
    state = case m.state when 'finished' then 'scheduled' else m.state end
  where m.migration_id = migration.migration_id;
  perform sluice_internal.queue_capture(migration);
end
$$;

comment on function sluice_internal.renew_capture(sluice_internal.migration) is
  'Makes the installation of a capture trigger due that is not what was made, and verification begin again.';
