-- View sluice.guards: the last reading of each guard for each table on which work was done.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.guards as
select
  g.name,
  g.enabled,
  r.target::regclass as target,
  r.value,
  g.unit,
  g.slow_at,
  g.hold_at,
  case
    when not g.enabled then 'off'
    when r.guard is null then 'not read yet'
    when r.value is null then 'nothing to measure'
    when r.factor = 0 then 'holds'
    when r.factor < 1 then pg_catalog.format('slows to %s %%', pg_catalog.round((100 * r.factor)::numeric))
    else 'lets pass'
  end as verdict,
  r.read_at,
  g.description
from sluice.guard g
left join sluice.guard_reading r on r.guard = g.name;

comment on view sluice.guards is 'Each guard''s thresholds, its last reading for each target, and what follows from it.';
