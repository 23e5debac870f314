-- sluice_internal.workers_present(owner): how many workers of a role are connected to this database, those of drivers
-- and sessions in sluice.work(); and when the last of them connected, as far as PostgreSQL shows it.
-- They are known by their application_name: "sluice worker" between batches, and migration and lane in one. Anybody can
-- set that, so nothing but forecasts and advice hangs on it.
-- Called when:  forecasting, keeping house; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.workers_present(owner name, out workers integer,
  out last_came_at timestamptz)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select count(*)::integer, max(a.backend_start)
  from pg_stat_activity a
  where a.datname = current_database() and a.usename = workers_present.owner
    and (a.application_name = 'sluice worker' or a.application_name like 'sluice % lane %')
$$;

comment on function sluice_internal.workers_present(name) is
  'How many workers of a role are connected, and when the last of them came; null where PostgreSQL hides that.';
