-- View sluice.activity: which backend runs a batch of what, for how long, and what it waits for.
-- claim() puts migration and lane into application_name for the time of its transaction, and locks the lane. Anybody can
-- set that name, but nobody else can take that lock. What PostgreSQL hides of other
-- roles' sessions is null, unless the reader has pg_read_all_stats.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.activity as
select
  m.name,
  l.lane_id,
  l.act::text,
  l.relation,
  a.pid,
  a.usename as role,
  a.client_addr,
  a.state,
  a.xact_start as began_at,
  pg_catalog.clock_timestamp() - a.xact_start as running_for,
  a.wait_event_type,
  a.wait_event,
  pg_catalog.pg_blocking_pids(a.pid) as blocked_by,
  l.batch_size,
  l.batches
from pg_catalog.pg_locks k
join pg_catalog.pg_stat_activity a on a.pid = k.pid
join sluice.lane l on l.lane_id::text = pg_catalog.substring(a.application_name, ' lane ([0-9]+)$')
join sluice.migration m on m.migration_id = l.migration_id
where k.relation = 'sluice.lane'::regclass and k.mode = 'RowShareLock'
  and a.datname = pg_catalog.current_database() and a.application_name like 'sluice % lane %';

comment on view sluice.activity is 'Which backend runs a batch of which migration, for how long, and what it waits for.';
comment on column sluice.activity.blocked_by is 'backends that hold a lock which this one waits for';
