-- sluice_internal.window_span(w, day): the span for which one row of sluice.window is open when it opens on a day;
-- empty when it does not. The one place that says when a window is open. Local times become instants as PostgreSQL
-- makes them: one that clocks skip in spring is as much later, and of one that comes twice in autumn the second is
-- meant. A window that would close before it opens, because of that, does not open on that day.
-- Called when:  it is asked whether a window is open, and for how long windows will be.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.window_span(w sluice.window, day date)
returns tstzrange
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  opens_at timestamptz;
  closes_at timestamptz;
begin
  if extract(isodow from day)::integer <> all (w.days) then
    return 'empty'::tstzrange;
  end if;
  opens_at := (day + w.opens) at time zone w.time_zone;
  closes_at := (day + w.closes + case when w.closes < w.opens then interval '1 day' else interval '0'
    end) at time zone w.time_zone;
  return tstzrange(least(opens_at, closes_at), closes_at);
end
$$;

comment on function sluice_internal.window_span(sluice.window, date) is
  'Returns the span for which a window is open when it opens on that day.';
