-- sluice_internal.proposed_schedule(name, within, ...): the arguments of plan() and schedule() as a row of
-- sluice.schedule, checked; nothing is written.
-- Called when:  planning and scheduling.
-- Locks, writes: nothing.
-- Raises: SL009 for arguments that can never be right.

create or replace function sluice_internal.proposed_schedule(
  name text,
  within interval,
  workers integer,
  during text[],
  starting timestamptz,
  priority integer default 0,
  immediately boolean default false
)
returns sluice.schedule
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  longest constant interval := interval '87600 hours';
  plan sluice.schedule;
  wrong text;
  advice text;
begin
  case
    when workers is null or workers not between 1 and 64 then
      wrong := format('workers %s', coalesce(workers::text, 'null'));
      advice := 'Give a number from 1 to 64.';
    when priority is null or priority not between -100 and 100 then
      wrong := format('priority %s', coalesce(priority::text, 'null'));
      advice := 'Give a number from -100 to 100; higher goes first.';
    when during is null or array_position(during, null) is not null then
      wrong := 'during: null';
      advice := 'Give names of windows, during => ''{nights}'', or nothing for any time.';
    when starting is null or starting < '1970-01-01 00:00+00' or starting > now() + longest
      or not isfinite(starting) then
      wrong := format('starting %s', coalesce(starting::text, 'null'));
      advice := 'Give a time that is less than ten years ahead, starting => now() + ''1 hour'', or nothing for now.';
    when immediately is null then
      wrong := 'immediately null';
      advice := 'Give true or false.';
    when within <= interval '0' or within > longest then
      wrong := format('deadline within %s', within);
      advice := 'Give a positive interval of ten years at most: within => ''1 week''.';
    else
      null;
  end case;
  if wrong is not null then
    raise exception using
      errcode = 'SL009',
      message = format('migration "%s", invalid %s', name, wrong),
      hint = advice;
  end if;

  -- now() is when the transaction began; time passed since then is not the deadline's
  if starting = now() then
    starting := clock_timestamp();
  end if;
  plan.migration := name;
  plan.active := true;
  plan.starts_at := starting;
  plan.deadline := case when not immediately then starting + within end;
  plan.priority := priority;
  plan.workers := workers;
  plan.during := during;
  plan.immediately := immediately;
  plan.scheduled_at := clock_timestamp();
  perform sluice_internal.check_schedule(plan);
  return plan;
end
$$;

comment on function sluice_internal.proposed_schedule(text, interval, integer, text[], timestamptz, integer, boolean) is
  'The arguments of plan() and schedule() as a checked row of sluice.schedule that is not written.';
