-- sluice.is_window_open(names, at): whether one of the named windows is open.
-- Called when:  claiming; in forecasts and plans.
-- Locks, writes: nothing.  Raises: nothing. No names: always open.

create or replace function sluice.is_window_open(names text[], at timestamptz default clock_timestamp())
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  if coalesce(cardinality(names), 0) = 0 then
    return true;
  end if;
  return (
    select exists (
      select
      from sluice.window w
      cross join lateral (select at at time zone w.time_zone) as local (stamp)
      where w.name = any (names)
        and case
          when w.opens < w.closes then
            local.stamp::time >= w.opens and local.stamp::time < w.closes
            and extract(isodow from local.stamp)::integer = any (w.days)
          else
            (local.stamp::time >= w.opens and extract(isodow from local.stamp)::integer = any (w.days))
            or (local.stamp::time < w.closes and extract(isodow from local.stamp - interval '1 day')::integer = any (w.days))
        end));
end
$$;

comment on function sluice.is_window_open(text[], timestamptz) is
  'Whether one of the named windows is open; a window past midnight belongs to the day on which it opens.';
