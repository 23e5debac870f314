-- sluice_internal.open_until(names, since, seconds): when the named windows will have been open for so many seconds.
-- Windows repeat weekly, so whole weeks are leapt over and only the last one is searched.
-- Called when:  planning, forecasting.
-- Locks, writes: nothing.  Raises: nothing. Returns infinity when the windows never open, or after a
--   thousand years. For no seconds: when they open next.

create or replace function sluice_internal.open_until(names text[], since timestamptz, seconds double precision)
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  longest constant double precision := 1000.0 * 365 * 86400;
  seconds_a_week double precision;
  whole_weeks integer;
  reached timestamptz;
begin
  if seconds is null then
    return null;
  elsif seconds >= longest then
    return 'infinity'::timestamptz;
  elsif not isfinite(since) then
    return since;
  elsif cardinality(names) = 0 then
    return since + make_interval(secs => greatest(seconds, 0));
  end if;
  seconds := greatest(seconds, 0);

  seconds_a_week := sluice_internal.open_seconds(names, since, since + interval '7 days');
  if seconds_a_week = 0 or seconds / seconds_a_week > 52000 then
    return 'infinity'::timestamptz;
  end if;
  whole_weeks := greatest(ceil(seconds / seconds_a_week) - 1, 0);

  select lower(s.span) + make_interval(secs => seconds - whole_weeks * seconds_a_week - s.open_before)
  into reached
  from (
    select o.span,
      sum(extract(epoch from upper(o.span) - lower(o.span))) over earlier as open_with,
      sum(extract(epoch from upper(o.span) - lower(o.span))) over earlier
        - extract(epoch from upper(o.span) - lower(o.span)) as open_before
    from sluice_internal.open_spans(names, since + whole_weeks * interval '7 days',
      since + (whole_weeks + 2) * interval '7 days') as o (span)
    window earlier as (order by o.span)
  ) as s
  where s.open_with >= seconds - whole_weeks * seconds_a_week
  order by s.open_with
  limit 1;
  return coalesce(reached, 'infinity'::timestamptz);
end
$$;

comment on function sluice_internal.open_until(text[], timestamptz, double precision) is
  'The time at which the named windows will have been open for so many seconds; infinity when they never open.';
