-- View sluice.quarantined: rows that could not be migrated, each with its error.
-- Keys and texts of errors are shown to those who may read the target.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.quarantined as
select
  q.quarantine_id,
  m.name,
  q.relation,
  m.key_columns,
  case when r.may_read then q.key end as key,
  q.rows,
  q.sqlstate,
  case when r.may_read then q.message else 'SQLSTATE ' || q.sqlstate end as message,
  case when r.may_read then q.detail end as detail,
  case when r.may_read then q.hint end as hint,
  case when r.may_read then q.context end as context,
  q.constraint_name,
  q.quarantined_at
from sluice_internal.quarantine q
join sluice_internal.migration m on m.migration_id = q.migration_id
cross join lateral (
  select sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user) as may_read) as r;

comment on view sluice.quarantined is
  'Rows that could not be migrated, by key, with the error; retry() takes them up again.';
