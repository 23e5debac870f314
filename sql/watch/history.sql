-- View sluice.history: what ran, one row a batch, like cron.job_run_details. Ask with where name = '...' and order by
-- batch_id. Keys and texts of errors are shown to those who may read the target.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.history as
select
  b.batch_id,
  m.name,
  b.lane_id,
  b.act::text,
  b.backend_pid,
  b.started_at,
  b.finished_at,
  b.finished_at - b.started_at as duration,
  case when r.may_read then b.lower end as lower,
  case when r.may_read then b.upper end as upper,
  b.stripe,
  b.rows_visited,
  b.rows_changed,
  b.rows_hot,
  b.outcome::text,
  b.sqlstate,
  case when r.may_read then b.message else 'SQLSTATE ' || b.sqlstate end as message,
  case when r.may_read then b.detail end as detail,
  case when r.may_read then b.hint end as hint,
  case when r.may_read then b.context end as context
from sluice_internal.batch b
join sluice_internal.migration m on m.migration_id = b.migration_id
cross join lateral (
  select sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user) as may_read) as r;

comment on view sluice.history is 'What ran: one row a batch, with its rows, duration, outcome and error.';
