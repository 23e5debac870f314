-- sluice_internal.find_places(planning): several places of the target to look at, each from there to the next one of
-- its relation: where the walk would begin or go on, in the middle, and in the middles of both halves; of a partitioned
-- table, in its largest parts. At most 4.
-- Called when:  probing and previewing, in the owner's session.
-- Locks, writes: nothing.  Raises: nothing of its own.

create or replace function sluice_internal.find_places(planning sluice_internal.planning)
returns setof sluice_internal.place
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  most_places constant integer := 4;
  part record;
  suffix text;
  first_key text[];
  last_key text[];
  middle text[];
  between text[];
  keys text[];
  place sluice_internal.place;
begin
  for part in
    select r.relation, ceil(most_places / count(*) over ()::numeric)::integer as places
    from (
      select l.relation
      from sluice_internal.leaf_relations((planning.migration).target) as l
      where to_regproc(format('sluice_internal.change_%s_%s', (planning.migration).migration_id, l.relation::oid)) is
        not null
        and pg_relation_size(l.relation) > 0
      order by l.relation is not distinct from planning.relation desc, pg_relation_size(l.relation) desc
      limit most_places) as r
  loop
    suffix := format('%s_%s', (planning.migration).migration_id, part.relation::oid);
    execute format('select sluice_internal.%I()', 'last_' || suffix) into last_key;
    continue when last_key is null;
    first_key := case when part.relation = planning.relation then planning.cursor end;
    keys := array[coalesce(first_key::text, '')];
    if first_key is null then
      execute format('select b.bound from sluice_internal.%I(null, $1, 1) as b',
        'bound_' || suffix) into first_key using last_key;
    end if;
    if part.places > 1 then
      execute format('select sluice_internal.%I($1, $2)', 'middle_' || suffix) into middle using first_key, last_key;
      if middle is not null and part.places > 2 then
        execute format('select sluice_internal.%I($1, $2)', 'middle_' || suffix) into between using first_key, middle;
        keys := keys || between::text;
      end if;
      keys := keys || middle::text;
      if middle is not null and part.places > 2 then
        execute format('select sluice_internal.%I($1, $2)', 'middle_' || suffix) into between using middle, last_key;
        keys := keys || between::text;
      end if;
      keys := array_remove(keys, null);
    end if;

    for i in 1 .. cardinality(keys) loop
      place.relation := part.relation;
      place.lower := nullif(keys[i], '')::text[];
      place.upper := coalesce(keys[i + 1]::text[], last_key);
      return next place;
    end loop;
  end loop;
end
$$;

comment on function sluice_internal.find_places(sluice_internal.planning) is
  'At most four places of the target, each with its stretch to the next.';
