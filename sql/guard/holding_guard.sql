-- sluice_internal.holding_guard(target): the guard that stops work on a table, by the last readings: its name, and what
-- helps.
-- Called when:  sluice.stuck is read, for a migration that a guard holds.
-- Locks, writes: nothing.  Raises: nothing; nulls when none does.

create or replace function sluice_internal.holding_guard(target regclass, out guard text, out advice text)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select g.name,
    replace(replace(replace(g.advice, '{target}', holding_guard.target::text), '{culprit}',
      coalesce(quote_literal(r.culprit),
      '''...''')), '{remedy}', coalesce(r.remedy, ''))
  from sluice_internal.guard_reading r
  join sluice.guard g on g.name = r.guard
  where r.target in (0, holding_guard.target) and g.enabled and r.factor = 0
    and r.read_at > clock_timestamp() - interval '1 minute'
    and not exists (
      select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
        and n.read_at > r.read_at)
  order by g.name
  limit 1
$$;

comment on function sluice_internal.holding_guard(regclass) is
  'Returns the guard that stops work on a table, and what helps.';
