-- sluice_internal.longest_pause(seconds): the longest pause of a lane when there are so many seconds to use: a minute,
-- or a twentieth of them. So a week's worth of time for a small table is used, and yet the last batches are not put off
-- to the last moment.
-- Called when:  planning, pacing, forecasting. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.longest_pause(seconds double precision)
returns double precision
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  return greatest(60, seconds / 20);
end
$$;

comment on function sluice_internal.longest_pause(double precision) is
  'The longest pause of a lane, for the seconds that are to be used.';
