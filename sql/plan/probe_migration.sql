-- sluice.probe_migration(planning): probes at several places: where the walk would begin or go on, in the middle, and in
-- the middles of both halves; of a partitioned table, in its largest parts.
-- Called when:  planning, in the owner's session.
-- Locks, writes: nothing that stays.  Takes about a second at most.
-- Raises: nothing of its own; a probe that fails says so in its problem.

create or replace function sluice.probe_migration(planning sluice.planning)
returns setof sluice.probe
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_places constant integer := 4;
  seconds_a_place constant double precision := 0.2;
  last_place_after constant interval := interval '800 milliseconds';
  begun_at timestamptz := clock_timestamp();
  migration sluice.migration := planning.migration;
  part record;
  suffix text;
  first_key text[];
  last_key text[];
  middle text[];
  between text[];
  place text;
  places text[];
  probe sluice.probe;
begin
  for part in
    select r.relation, least(ceil(most_places / count(*) over ()::numeric), most_places)::integer as places
    from (
      select l.relation
      from sluice.leaf_relations(migration.target) as l
      where to_regproc(format('sluice.change_%s_%s', migration.migration_id, l.relation::oid)) is not null
        and pg_relation_size(l.relation) > 0
      order by l.relation is not distinct from planning.relation desc, pg_relation_size(l.relation) desc
      limit most_places) as r
  loop
    begin
      suffix := format('%s_%s', migration.migration_id, part.relation::oid);
      first_key := case when part.relation = planning.relation then planning.cursor end;
      execute format('select sluice.%I()', 'last_' || suffix) into last_key;
      continue when last_key is null;
      places := array[coalesce(first_key, '{}')::text];
      if first_key is null then
        execute format('select b.bound from sluice.%I(null, $1, 1) as b', 'bound_' || suffix) into first_key using last_key;
      end if;
      if part.places > 1 then
        execute format('select sluice.%I($1, $2)', 'middle_' || suffix) into middle using first_key, last_key;
      end if;
      if middle is not null and part.places > 2 then
        execute format('select sluice.%I($1, $2)', 'middle_' || suffix) into between using first_key, middle;
        places := places || between::text;
        execute format('select sluice.%I($1, $2)', 'middle_' || suffix) into between using middle, last_key;
        places := places || between::text;
      end if;
      places := places || middle::text;
    exception when others then
      probe := null;
      probe.relation := part.relation;
      probe.problem := format('%s (SQLSTATE %s)', sqlerrm, sqlstate);
      return next probe;
      continue;
    end;

    foreach place in array array_remove(places, null) loop
      return next sluice.probe_range(migration, part.relation, nullif(place, '{}')::text[], last_key, seconds_a_place);
      exit when clock_timestamp() > begun_at + last_place_after;
    end loop;
    exit when clock_timestamp() > begun_at + last_place_after;
  end loop;
end
$$;

comment on function sluice.probe_migration(sluice.planning) is 'Rolled-back batches at several places of the target.';
