-- sluice.throttle(name, rows_per_second): limits the rate of all workers together; null lifts the limit.
-- It is obeyed also where the deadline cannot be met with it; then a notice says so.
-- Called by: owners and operators.
-- Locks, writes: the schedule's row.
-- Raises: SL002, SL006, SL007; SL009 when the rate is not between a thousandth and a billion.

create or replace function sluice.throttle(name text, rows_per_second numeric,
  caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
  schedule sluice.schedule;
  plan sluice_internal.migration_plan;
  done_at timestamptz;
begin
  perform sluice_internal.require_state(migration, 'throttle', 'scheduled', 'running', 'verifying', 'paused');
  if rows_per_second < 0.001 or rows_per_second > 1e9 then
    raise exception using
      errcode = 'SL009',
      message = format('invalid rate %s for migration "%s"', rows_per_second, name),
      hint = format('Give rows a second, from 0.001 to 1e9, or null for no limit; to stop it: select sluice.pause(%L);',
        name);
  end if;
  update sluice.schedule s set max_rate = rows_per_second where s.migration = migration.name
    returning s.* into schedule;

  schedule.starts_at := greatest(schedule.starts_at, clock_timestamp());
  plan := sluice_internal.fit_rest(migration.migration_id, schedule);
  done_at := sluice_internal.open_until(schedule.during, schedule.starts_at, extract(epoch from plan.full_speed));
  if sluice_internal.limiting_rate(plan, schedule) = schedule.max_rate and done_at > schedule.deadline then
    raise notice using
      message = format('deadline of migration "%s" cannot be met at %s rows a second', name, rows_per_second),
      detail = format('%s rows are left, about; they would be done %s, and the deadline is %s.', plan.rows_estimated,
        case when isfinite(done_at) then format('at %s', date_trunc('second', done_at))
          else 'in more than a thousand years' end,
        date_trunc('second', schedule.deadline)),
      hint = format('Lift the limit: select sluice.throttle(%L, null);', name)
        || case when plan.shortest_deadline is null then '' else
          format(' or give it time: select * from sluice.reschedule(%L, within => %L);', name,
            plan.shortest_deadline) end;
  end if;
end
$$;

comment on function sluice.throttle(text, numeric, sluice_internal.caller) is
  'Limits a migration to so many rows a second; null lifts the limit.';
