-- sluice_internal.open_seconds(names, since, until): how long the named windows are open between two times, overlaps
-- counted once.
-- Called when:  planning, pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing. No names: the whole span.

create or replace function sluice_internal.open_seconds(names text[], since timestamptz, until timestamptz)
returns double precision
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  week constant interval := interval '168 hours';
  weeks integer;
begin
  -- windows repeat weekly: a span of years is not gone through day by day, but as so many weeks as the first four are
  if cardinality(names) > 0 and until > since + 12 * week and isfinite(until) then
    weeks := floor(extract(epoch from until - since) / 604800) - 4;
    return weeks * sluice_internal.open_seconds(names, since, since + 4 * week) / 4
      + sluice_internal.open_seconds(names, since + weeks * week, until);
  end if;
  return (
    select case
      when until <= since then 0
      when cardinality(names) = 0 then extract(epoch from until - since)
      else coalesce(
        (select sum(extract(epoch from upper(s.span) - lower(s.span)))
        from sluice_internal.open_spans(names, since, until) as s (span)), 0)
    end);
end
$$;

comment on function sluice_internal.open_seconds(text[], timestamptz, timestamptz) is
  'Seconds in which at least one of the named windows is open between two times.';
