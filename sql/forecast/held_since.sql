-- sluice_internal.held_since(migration_id): since when a migration has not gone on for a reason of which no end is
-- known: a guard stops it, this database is not adopted, or no worker takes what is due. Null when it goes on, and when
-- it waits for something that has its time: a start, a window, the next attempt.
-- A worker is taken for missing only after the time that views give it, one statement and two polls.
-- Called when:  forecasting, housekeeping.
-- Locks, writes: nothing; reads the migration's lanes, never its history.
-- Raises: nothing.

create or replace function sluice_internal.held_since(migration_id bigint)
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  known record;
begin
  select m.name, m.target, m.state, s.starts_at, s.during, m.hurried_until > clock_timestamp()
    or s.immediately as unguarded,
    p.statement_timeout + 2 * p.poll_interval as patience,
    greatest(s.starts_at, s.scheduled_at, m.scheduled_at, l.last_batch_at, l.next_due_at, o.retry_at,
      case when m.state = 'scheduled' then (
        select e.happened_at from sluice_internal.event e
        where e.migration_id = m.migration_id order by e.event_id desc limit 1) end) as idle_since
  into known
  from sluice_internal.migration m
  join sluice.schedule s on s.migration = m.name
  cross join sluice.policy p
  left join sluice_internal.outage o on o.migration_id = m.migration_id
  cross join lateral (
    select max(l.last_batch_at) as last_batch_at, min(l.due_at) filter (where l.state = 'active') as next_due_at
    from sluice_internal.lane l
    where l.migration_id = m.migration_id) as l
  where m.migration_id = held_since.migration_id and m.state in ('scheduled', 'running', 'verifying');
  if not found or known.idle_since > clock_timestamp() then
    return null;
  elsif not known.unguarded and not sluice_internal.is_window_open(known.during) then
    return null;
  elsif not sluice.is_adopted() or (not known.unguarded and sluice_internal.guard_factor(known.target) = 0) then
    return known.idle_since;
  elsif known.idle_since < clock_timestamp() - known.patience
    and not exists (select from sluice.activity a where a.name = known.name)
  then
    return known.idle_since;
  end if;
  return null;
end
$$;

comment on function sluice_internal.held_since(bigint) is
  'Returns since when a migration waits for something of which no end is known, or null.';
