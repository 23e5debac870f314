-- sluice_internal.window_rate(names): the highest rate that the windows open now allow, or null when none limits it.
-- Called when:  pacing.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.window_rate(names text[])
returns numeric
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  if coalesce(cardinality(names), 0) = 0 then
    return null;
  end if;
  return (
    select case when bool_or(w.rate is null) then null else max(w.rate) end
    from sluice.window w
    cross join lateral (select (clock_timestamp() at time zone w.time_zone)::date) as local (today)
    where w.name = any (names)
      and (sluice_internal.window_span(w, local.today) @> clock_timestamp()
        or sluice_internal.window_span(w, local.today - 1) @> clock_timestamp()));
end
$$;

comment on function sluice_internal.window_rate(text[]) is 'Rows a second that the open windows allow; null: no limit.';
