-- sluice.reschedule(name, ...): changes when and how fast a scheduled migration runs; what is not given stays.
-- A new deadline is counted from now, or from starting where that lies ahead, and checked against what real batches
-- cost.
-- Called by: owners and operators.
-- Locks, writes: the migration's and the schedule's row.
-- Raises: SL002, SL006 when it is not scheduled, SL007, SL009, SL010 when the deadline cannot be met any more.

create or replace function sluice.reschedule(
  name text,
  within interval default null,
  workers integer default null,
  priority integer default null,
  during text[] default null,
  starting timestamptz default null,
  immediately boolean default null,
  caller sluice_internal.caller default current_user
)
returns sluice.schedule
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller);
  known sluice.schedule;
  wanted sluice.schedule;
  from_now_on sluice.schedule;
begin
  perform sluice_internal.require_state(migration, 'reschedule', 'scheduled', 'running', 'verifying', 'paused');
  select s.* into strict known from sluice.schedule s where s.migration = migration.name for no key update;

  wanted := sluice_internal.proposed_schedule(migration.name, within, coalesce(workers, known.workers),
    coalesce(during, known.during),
    case
      when within is null then coalesce(starting, known.starts_at)
      else greatest(coalesce(starting, known.starts_at), now())
    end,
    coalesce(priority, known.priority));
  if within is null then
    wanted.deadline := known.deadline;
    wanted.scheduled_at := known.scheduled_at;
    if starting is null then
      wanted.starts_at := known.starts_at;
    end if;
    if wanted.deadline <= wanted.starts_at then
      raise exception using
        errcode = 'SL009',
        message = format('migration "%s" cannot start after its deadline', migration.name),
        detail = format('The deadline is %s.', wanted.deadline),
        hint = format('Give a new one too: select * from sluice.reschedule(%L, within => ''1 week'', starting => ...);',
          migration.name);
    end if;
  end if;
  wanted.immediately := coalesce(immediately, known.immediately and within is null);
  wanted.max_rate := known.max_rate;

  if within is not null or workers < known.workers or during is not null or starting is not null then
    from_now_on := wanted;
    from_now_on.starts_at := greatest(wanted.starts_at, clock_timestamp());
    perform sluice_internal.refuse_deadline(sluice_internal.fit_rest(migration.migration_id, from_now_on), from_now_on);
  end if;

  update sluice.schedule s
  set starts_at = wanted.starts_at, deadline = wanted.deadline, workers = wanted.workers, priority = wanted.priority,
    during = wanted.during, immediately = wanted.immediately
  where s.migration = migration.name
  returning s.* into wanted;
  return wanted;
end
$$;

comment on function sluice.reschedule(text, interval, integer, integer, text[], timestamptz, boolean,
  sluice_internal.caller) is
  'Changes deadline, workers, priority, windows or start of a scheduled migration; raises SL010 like schedule().';
