-- sluice_internal.open_spans(names, since, until): the spans in which the named windows are open between two times, in
-- order, overlaps merged.
-- Called when:  planning, pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing. No names: the whole span, as one.

create or replace function sluice_internal.open_spans(names text[], since timestamptz, until timestamptz)
returns setof tstzrange
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select tstzrange(since, until)
  where cardinality(names) = 0 and since < until
  union all
  select piece.span
  from (
    select unnest(range_agg(o.span) * tstzmultirange(tstzrange(since, until))) as span
    from sluice.window w
    cross join lateral (
      select sluice_internal.window_span(w, d.day::date)
      from generate_series(
        (since at time zone w.time_zone)::date - 1, (until at time zone w.time_zone)::date,
        interval '1 day') as d (day)) as o (span)
    where since < until and w.name = any (names)
  ) as piece
$$;

comment on function sluice_internal.open_spans(text[], timestamptz, timestamptz) is
  'The spans between two times in which at least one of the named windows is open.';
