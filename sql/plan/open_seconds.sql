-- sluice.open_seconds(names, from, to): how long the named windows are open between two times, overlaps counted once.
-- Called when:  planning, pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing. No names: the whole span.

create or replace function sluice.open_seconds(names text[], since timestamptz, until timestamptz)
returns double precision
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select case
    when until <= since then 0
    when cardinality(names) = 0 then extract(epoch from until - since)
    else coalesce((
      select sum(extract(epoch from upper(piece.span) - lower(piece.span)))
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
        where w.name = any (names) and extract(isodow from day.date)::integer = any (w.days)
      ) as piece), 0)
  end
$$;

comment on function sluice.open_seconds(text[], timestamptz, timestamptz) is
  'Seconds in which at least one of the named windows is open between two times.';
