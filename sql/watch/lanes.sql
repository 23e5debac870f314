-- View sluice.lanes: the ranges of each migration, how far each has come and what it does next.
-- Keys and texts of errors are shown to those who may read the target; the numbers to everybody.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.lanes as
with held as materialized (
  select m.migration_id,
    case
      when m.state in ('scheduled', 'running', 'verifying')
        then 'waits for ' || sluice_internal.hold_reason(m.migration_id)
      else pg_catalog.format('rests: the migration is %s', m.state)
    end as reason
  from sluice_internal.migration m
)
select
  m.name,
  l.lane_id,
  l.relation,
  l.act::text,
  l.by_blocks,
  l.state::text,
  case
    when l.state = 'done' then 'done'
    when l.state = 'failed' then pg_catalog.format('given up after %s attempts', l.attempts)
    when held.reason is not null then held.reason
    when l.state = 'queued' then 'waits for a worker to be free'
    when l.attempts > 0 and l.due_at > pg_catalog.clock_timestamp()
      then pg_catalog.format('tries again at %s, %s failures in a row', l.due_at, l.attempts)
    when l.detour = 'detach' then 'leaves the range that keeps failing to itself'
    when l.due_at > pg_catalog.clock_timestamp() then pg_catalog.format('pauses until %s', l.due_at)
    when l.careful is not null then pg_catalog.format('is due, in pieces of %s rows since a row failed', l.careful)
    when l.act = 'capture' then 'installs the capture trigger'
    when l.act = 'sweep' then 'looks for pending rows'
    when l.act = 'prove' then 'counts the pending rows of the whole target in one snapshot'
    else 'is due'
  end as doing,
  case when r.may_read then l.lower end as lower,
  case when r.may_read then coalesce(l.stripe_cursor, l.cursor) end as cursor,
  case when r.may_read then l.upper end as upper,
  l.stripe,
  l.stripes::integer,
  l.pass,
  l.rows_visited,
  l.rows_changed,
  l.rows_estimated,
  case
    when greatest(l.rows_estimated, l.rows_visited) > 0 then least(
      pg_catalog.round(100.0 * l.rows_visited / greatest(l.rows_estimated, l.rows_visited), 1),
      case when l.state = 'done' then 100 else 99.9 end)
    when l.state = 'done' then 100
    else 0
  end as percent,
  l.batch_size,
  pg_catalog.make_interval(secs => l.pause) as pause,
  pg_catalog.round(l.rows_per_second::numeric, 1) as rows_per_second,
  pg_catalog.round(l.rows_hot::numeric / nullif(l.rows_updated, 0), 3) as hot_share,
  l.batches,
  l.failures,
  l.attempts,
  l.last_batch_at,
  l.due_at,
  l.error_sqlstate,
  case when r.may_read then l.error_message else 'SQLSTATE ' || l.error_sqlstate end as error_message,
  case when r.may_read then l.error_detail end as error_detail,
  case when r.may_read then l.error_hint end as error_hint,
  case when r.may_read then l.error_context end as error_context,
  l.failed_at
from sluice_internal.lane l
join sluice_internal.migration m on m.migration_id = l.migration_id
join held on held.migration_id = l.migration_id
cross join lateral (
  select sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user) as may_read) as r;

comment on view sluice.lanes is
  'The ranges of each migration: how far each has come, what it does next, its last error.';
comment on column sluice.lanes.by_blocks is 'walked in physical order: lower, cursor and upper are ctids';
comment on column sluice.lanes.cursor is 'key of the last row that is done; for those who may read the target';
