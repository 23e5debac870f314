-- sluice_internal.probe_migration(planning): rolled-back batches at several places.
-- Called when:  planning, in the owner's session.
-- Locks, writes: nothing that stays.  Takes about a second at most.
-- Raises: nothing of its own; a probe that fails says so in its problem.

create or replace function sluice_internal.probe_migration(planning sluice_internal.planning)
returns setof sluice_internal.probe
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  seconds_a_place constant double precision := 0.2;
  last_place_at constant timestamptz := clock_timestamp() + interval '800 milliseconds';
  place sluice_internal.place;
  probe sluice_internal.probe;
begin
  for place in select p.* from sluice_internal.find_places(planning) as p loop
    return next sluice_internal.probe_range(planning.migration, place.relation, place.lower, place.upper,
      seconds_a_place);
    exit when clock_timestamp() > last_place_at;
  end loop;
exception when others then
  probe.relation := (planning.migration).target;
  probe.problem := format('%s (SQLSTATE %s)', sqlerrm, sqlstate);
  return next probe;
end
$$;

comment on function sluice_internal.probe_migration(sluice_internal.planning) is
  'Rolled-back batches at several places of the target.';
