-- View sluice.activity: which backend runs a batch of what, for how long, and what it waits for
-- (guard/batch_sessions.sql). Everybody who may watch sees what the owner of schema sluice sees; without pg_monitor
-- that role sees little of others, which is null.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.activity as
select
  m.name,
  l.lane_id,
  l.act::text,
  l.relation,
  a.pid,
  a.role,
  a.client_addr,
  a.state,
  a.began_at,
  pg_catalog.clock_timestamp() - a.began_at as running_for,
  a.wait_event_type,
  a.wait_event,
  a.blocked_by,
  l.batch_size,
  l.batches
from sluice_internal.batch_sessions() as a
join sluice_internal.lane l on l.lane_id = a.lane_id
join sluice_internal.migration m on m.migration_id = l.migration_id;

comment on view sluice.activity is
  'Which backend runs a batch of which migration, for how long, and what it waits for.';
comment on column sluice.activity.state is
  'null where the owner of schema sluice may not see it, which needs pg_monitor for that';
comment on column sluice.activity.blocked_by is
  'backends that hold a lock which this one waits for; null where that is not known';
