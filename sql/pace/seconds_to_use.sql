-- sluice_internal.seconds_to_use(plan, policy): open seconds from now on in which the rows left are to be done.
-- Until deadline_share of the open time. Who has not made it by then, or nearly, has a quarter of the time behind that;
-- who has not made that either, none: it works without pauses. With half instead of a quarter, two of a thousand
-- simulated deadlines were missed: the load rose in the pauses that were made then. Aiming at a share of what is left
-- again and again would only end at the deadline itself, with nothing to spare for the rows that verification finds.
-- The reserve is open time, too: a night in which the windows are closed is none.
-- Called when:  pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.seconds_to_use(plan sluice.schedule, policy sluice.policy)
returns double precision
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  nearly constant double precision := 0.1;
  seconds_left double precision := sluice_internal.open_seconds(plan.during, clock_timestamp(), plan.deadline);
  reserve double precision := (1 - policy.deadline_share)
    * sluice_internal.open_seconds(plan.during, greatest(plan.starts_at, plan.scheduled_at), plan.deadline);
begin
  return case
    when seconds_left > reserve * (1 + nearly) then seconds_left - reserve
    when seconds_left > reserve * (0.75 + nearly) then seconds_left - reserve * 0.75
    else 0
  end;
end
$$;

comment on function sluice_internal.seconds_to_use(sluice.schedule, sluice.policy) is
  'Open seconds in which the rows left are to be done, so that the plan ends at 80 % of the deadline.';
