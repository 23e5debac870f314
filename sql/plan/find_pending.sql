-- sluice.find_pending(planning, rows): ranges that hold pending rows, found by looking at several places of the target in
-- turn, a range at each, until enough rows or two seconds have passed.
-- Called when:  previewing, in the owner's session.
-- Locks, writes: nothing.  Raises: nothing of its own.

create or replace function sluice.find_pending(planning sluice.planning, rows integer)
returns table (relation regclass, lower text[], upper text[], rows_pending integer)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  range_rows constant integer := 5000;
  gives_up_at constant timestamptz := clock_timestamp() + interval '2 seconds';
  suffix text;
  places sluice.place[] := array(select p from sluice.find_places(planning) as p);
  place sluice.place;
  left_over sluice.place[];
  found_so_far integer := 0;
begin
  while cardinality(places) > 0 loop
    left_over := '{}';
    foreach place in array places loop
      suffix := format('%s_%s', (planning.migration).migration_id, place.relation::oid);
      relation := place.relation;
      lower := place.lower;
      execute format('select b.bound from sluice.%I($1, $2, $3) as b', 'bound_' || suffix)
      into upper using place.lower, place.upper, range_rows;
      continue when upper is null;
      execute format('select s.sluice_pending from sluice.%I($1, $2, null) as s', 'sweep_' || suffix)
      into rows_pending using lower, upper;
      if rows_pending > 0 then
        found_so_far := found_so_far + rows_pending;
        return next;
        exit when found_so_far >= rows;
      end if;
      if upper is distinct from place.upper then
        place.lower := upper;
        left_over := left_over || place;
      end if;
      exit when clock_timestamp() > gives_up_at;
    end loop;
    exit when found_so_far >= rows or clock_timestamp() > gives_up_at;
    places := left_over;
  end loop;
end
$$;

comment on function sluice.find_pending(sluice.planning, integer) is 'Ranges with pending rows, looked for during two seconds at most.';
