-- sluice_internal.forecast_range(migration_id): when a migration will be done, verification included: the expected
-- time, and between which times it will be, as a rule (forecast/forecast_from.sql), once those are done that must be
-- finished first (forecast/forecasts.sql).
-- Called when:  by views, reschedule, and when a deadline may be at risk.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing. Null while it is not running, or when nothing is known yet, because one before it is not under way,
--   for example; when it was done, if it is finished.

create or replace function sluice_internal.forecast_range(
  migration_id bigint,
  out earliest timestamptz,
  out expected timestamptz,
  out latest timestamptz
)
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  select f.earliest, f.expected, f.latest into earliest, expected, latest
  from sluice.forecasts(array[migration_id]) as f;
end
$$;

comment on function sluice_internal.forecast_range(bigint) is
  'Between which times a migration will be done, and when most likely; null when that is not known.';
