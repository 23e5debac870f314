-- sluice_internal.forecast(migration_id): when a migration will be done, most likely (forecast/forecast_range.sql).
-- Called when:  by users and views.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing. Null while it is not running, or when nothing is known yet; when it was done, if it is finished.

create or replace function sluice_internal.forecast(migration_id bigint)
returns timestamptz
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select r.expected from sluice_internal.forecast_range(migration_id) as r
$$;

comment on function sluice_internal.forecast(bigint) is
  'When a migration will be done at its recent rate, or as its deadline paces it; null when that is not known.';
