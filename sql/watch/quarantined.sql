-- View sluice.quarantined: rows that could not be migrated, each with its error.
-- Keys and details of errors are shown to those who may read the target.
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
  q.message,
  case when r.may_read then q.detail end as detail,
  q.hint,
  case when r.may_read then q.context end as context,
  q.constraint_name,
  q.quarantined_at
from sluice.quarantine q
join sluice.migration m on m.migration_id = q.migration_id
cross join lateral (
  select m.owner = current_user or pg_catalog.has_table_privilege(m.target, 'select') as may_read) as r;

comment on view sluice.quarantined is 'Rows that could not be migrated, by key, with the error; retry() takes them up again.';
