-- sluice_internal.find_pending(planning, rows): ranges that hold pending rows, found by looking at several places of
-- the target in turn, a range at each, until enough rows or two seconds have passed.
-- Called when:  previewing, in the owner's session.
-- Locks, writes: nothing.
-- Raises: what pending raises for a row, with the range in its detail.

create or replace function sluice_internal.find_pending(planning sluice_internal.planning, rows integer)
returns table (relation regclass, lower text[], upper text[], rows_pending integer)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  range_rows constant integer := 5000;
  gives_up_at constant timestamptz := clock_timestamp() + interval '2 seconds';
  suffix text;
  places sluice_internal.place[] := array(select p from sluice_internal.find_places(planning) as p);
  place sluice_internal.place;
  left_over sluice_internal.place[];
  found_so_far integer := 0;
  failed_state text;
  failed_message text;
  failed_detail text;
begin
  while cardinality(places) > 0 loop
    left_over := '{}';
    foreach place in array places loop
      suffix := format('%s_%s', (planning.migration).migration_id, place.relation::oid);
      relation := place.relation;
      lower := place.lower;
      execute format('select b.bound from sluice_internal.%I($1, $2, $3) as b', 'bound_' || suffix)
      into upper using place.lower, place.upper, range_rows;
      continue when upper is null;
      begin
        execute format('select s.sluice_pending from sluice_internal.%I($1, $2, null) as s', 'sweep_' || suffix)
        into rows_pending using lower, upper;
      exception when others then
        get stacked diagnostics
          failed_state = returned_sqlstate,
          failed_message = message_text,
          failed_detail = pg_exception_detail;
        if sluice_internal.failure_kind(failed_state) in ('transient', 'server')
          or sluice_internal.failure_kind(failed_state) = 'definition'
          and sluice_internal.raises_without_rows(suffix, upper, true)
        then
          raise;
        end if;
        raise exception using
          errcode = failed_state,
          message = format('migration "%s", pending: %s', (planning.migration).name, failed_message),
          detail = concat_ws(' ', nullif(failed_detail, ''),
            format('A row of %s raises it, whose key is%s up to %s.', relation, ' above ' || lower::text || ' and',
              upper)),
          hint = 'A run puts such a row aside, into sluice.quarantined; a pending that does not raise lets the others '
            'be seen here.';
      end;
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

comment on function sluice_internal.find_pending(sluice_internal.planning, integer) is
  'Ranges with pending rows, looked for during two seconds at most.';
