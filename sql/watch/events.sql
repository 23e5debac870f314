-- View sluice.events: every change of state, and what else a person should hear about, in order.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.events as
select
  e.event_id,
  e.migration as name,
  e.happened_at,
  e.kind,
  e.old_state,
  e.new_state,
  e.actor,
  case when r.may_read then e.message
    else coalesce(e.public_message, 'SQLSTATE ' || (e.detail ->> 'sqlstate')) end as message,
  case when r.may_read then e.detail end as detail
from sluice_internal.event e
left join sluice_internal.migration m on m.migration_id = e.migration_id
cross join lateral (
  -- of a migration that is not there any more nothing tells who may read its rows
  select e.migration_id is null or sluice_internal.may_read(m.target, m.owner_id, m.owner,
    current_user) as may_read) as r;

comment on view sluice.events is
  'Every change of a migration''s state, and what else a person should hear about, in order.';
comment on column sluice.events.detail is
  'for programs; keys of rows may be in it, so only for those who may read the target';
