-- sluice.forecast_range(migration_id): when a migration will be done, verification included: the expected time, and between which
-- times it will be, as a rule (plan/forecast_from.sql), once those are done that must be finished first (plan/free_at.sql).
-- Called when:  by views, reschedule, and when a deadline may be at risk.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing. Null while it is not running, or when nothing is known yet, because one before it is not under way, for
--   example; when it was done, if it is finished.

create or replace function sluice.forecast_range(
  migration_id bigint,
  out earliest timestamptz,
  out expected timestamptz,
  out latest timestamptz
)
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  -- a number that no arithmetic was made for hides one forecast, and not the rows of all others
  select f.* into earliest, expected, latest
  from sluice.migration m
  cross join lateral sluice.forecast_from(m.migration_id, sluice.free_at(m.name)) as f
  where m.migration_id = forecast_range.migration_id;
exception when data_exception then
  null;
end
$$;

comment on function sluice.forecast_range(bigint) is
  'Between which times a migration will be done, and when most likely; null when that is not known.';
