-- View sluice.guards: each guard, with its last reading for each table on which a migration is at work.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.guards as
select
  g.name,
  g.enabled,
  r.target_at_work as target,
  r.value,
  g.unit,
  g.slow_at,
  g.hold_at,
  case
    when not g.enabled then 'off'
    when r.guard is null then 'not read yet'
    when r.error is not null then pg_catalog.format('cannot be read: %s', r.error)
    when r.value is null then 'nothing to measure'
    when r.factor = 0 then 'holds'
    when r.factor < 1 then pg_catalog.format('slows to %s %%', pg_catalog.round((100 * r.factor)::numeric))
    else 'lets pass'
  end as verdict,
  r.culprit,
  r.read_at,
  g.exempt,
  g.description
from sluice.guard g
left join (
  select n.*, t.target as target_at_work
  from (select distinct m.target from sluice_internal.migration m
    where m.state in ('scheduled', 'running', 'verifying', 'paused')) as t
  join sluice_internal.guard_reading n on n.target in (0, t.target)
) as r on r.guard = g.name
  and not exists (
    select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
      and n.read_at > r.read_at);

comment on view sluice.guards is
  'Each guard''s thresholds, its last reading for each target at work, and what follows from it.';
comment on column sluice.guards.culprit is
  'name of what was measured, where it is above slow_at: the slowest standby or slot, say';
comment on column sluice.guards.exempt is 'names that are not measured';
