-- sluice_internal.refuse_deadline(plan, schedule): raises, with the numbers, when a plan does not meet its deadline.
-- Called when:  scheduling and rescheduling, before anything is written.
-- Locks, writes: nothing.
-- Raises: SL010.

create or replace function sluice_internal.refuse_deadline(plan sluice_internal.migration_plan,
  schedule sluice.schedule)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  rate numeric := sluice_internal.limiting_rate(plan, schedule);
begin
  if not plan.feasible then
    raise exception using
      errcode = 'SL010',
      message = format('deadline of migration "%s" cannot be met', schedule.migration),
      detail = case
        when rate is null then format('%s rows at %s microseconds each; with %s worker(s) %s.',
          plan.rows_estimated, round((plan.seconds_per_row * 1000000)::numeric, 2), schedule.workers, plan.reason)
        else format('%s rows; %s.', plan.rows_estimated, plan.reason)
      end,
      hint = case
        when plan.shortest_deadline is null and rate = schedule.max_rate
          then format('Lift the limit: select sluice.throttle(%L, null);', schedule.migration)
        when plan.shortest_deadline is null then 'Choose windows that open, and for long enough.'
        when rate = schedule.max_rate then format('Lift the limit: select sluice.throttle(%L, null); '
          'or give it a deadline that can be met with it: within => ''%s''.',
          schedule.migration, plan.shortest_deadline)
        when rate is not null then format('A deadline that can be met, with some to spare for what is not known: '
          'within => ''%s''. '
          'Windows with a higher rate, or with none, make it shorter; more workers do not.', plan.shortest_deadline)
        else format('A deadline that can be met, with some to spare for what is not known: within => ''%s''. '
          'More workers or wider windows make it shorter.',
          plan.shortest_deadline)
      end;
  end if;
end
$$;

comment on function sluice_internal.refuse_deadline(sluice_internal.migration_plan, sluice.schedule) is
  'Raises SL010, with a deadline that can be met, for a plan that is not feasible.';
