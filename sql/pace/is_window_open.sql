-- sluice_internal.is_window_open(names, at): whether one of the named windows is open.
-- Called when:  claiming; in forecasts and plans.
-- Locks, writes: nothing.  Raises: nothing. No names: always open.

create or replace function sluice_internal.is_window_open(names text[], at timestamptz default clock_timestamp())
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
      cross join lateral (select (at at time zone w.time_zone)::date) as local (today)
      where w.name = any (names)
        and (sluice_internal.window_span(w, local.today) @> at
          or sluice_internal.window_span(w, local.today - 1) @> at)));
end
$$;

comment on function sluice_internal.is_window_open(text[], timestamptz) is
  'Whether one of the named windows is open; a window past midnight belongs to the day on which it opens.';
