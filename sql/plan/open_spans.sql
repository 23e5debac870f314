-- sluice.open_spans(names, since, until): the spans in which the named windows are open between two times, in order,
-- overlaps merged.
-- Called when:  planning, pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing. No names: the whole span, as one.

create or replace function sluice.open_spans(names text[], since timestamptz, until timestamptz)
returns setof tstzrange
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select tstzrange(since, until)
  where cardinality(names) = 0 and since < until
  union all
  select piece.span
  from (
    select unnest(
      range_agg(tstzrange(
        (day.date + w.opens) at time zone w.time_zone,
        (day.date + w.closes + case when w.closes < w.opens then interval '1 day' else interval '0' end)
          at time zone w.time_zone))
      * tstzmultirange(tstzrange(since, until))) as span
    from sluice.window w
    cross join lateral (
      select d::date as date
      from generate_series(
        (since at time zone w.time_zone)::date - 1, (until at time zone w.time_zone)::date, interval '1 day') as d
    ) as day
    where since < until and w.name = any (names) and extract(isodow from day.date)::integer = any (w.days)
  ) as piece
$$;

comment on function sluice.open_spans(text[], timestamptz, timestamptz) is
  'The spans between two times in which at least one of the named windows is open.';
