-- sluice_internal.check_schedule(plan): whether a schedule can ever be kept.
-- Called when:  planning, and when a row of sluice.schedule is written; a deadline that was checked before is left out
--   then.
-- Locks, writes: nothing.
-- Raises: SL009 for an unknown window, or for windows that do not open before the deadline.

create or replace function sluice_internal.check_schedule(plan sluice.schedule)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  unknown_window text;
begin
  select d.name into unknown_window
  from unnest(plan.during) as d (name)
  where not exists (select from sluice.window w where w.name = d.name)
  limit 1;
  if found then
    raise exception using
      errcode = 'SL009',
      message = format('there is no window %s', coalesce('"' || unknown_window || '"', 'null')),
      hint = format('Create it: insert into sluice.window (name, opens, closes, time_zone) '
        'values (%L, ''22:00'', ''06:00'', ''Europe/Berlin'');', coalesce(unknown_window, 'nights'));
  end if;

  if plan.deadline is not null and plan.active
    and sluice_internal.open_seconds(plan.during, greatest(plan.starts_at, now()), plan.deadline) = 0
  then
    raise exception using
      errcode = 'SL009',
      message = format('migration "%s" would never run before its deadline', plan.migration),
      detail = format('The deadline is %s; %s.', plan.deadline,
        case when cardinality(plan.during) = 0 then 'that is past, or before its start'
        else format('no window of %s opens before', array_to_string(plan.during, ', ')) end),
      hint = 'Choose a later deadline or other windows.';
  end if;
end
$$;

comment on function sluice_internal.check_schedule(sluice.schedule) is
  'Raises SL009 when a schedule can never be kept.';
