-- sluice.seconds_to_use(plan, policy): open seconds from now on in which the rows left are to be done.
-- Until deadline_share of the whole time. Who has not made it by then, or nearly, has half of the time behind that; who has
-- not made that either, none: it works without pauses. Aiming at a share of what is left again and again would only end at
-- the deadline itself, with nothing to spare for the rows that verification finds.
-- Called when:  pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.seconds_to_use(plan sluice.schedule, policy sluice.policy)
returns double precision
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  nearly constant double precision := 0.1;
  begins_at timestamptz := greatest(plan.starts_at, plan.scheduled_at);
  first_aim timestamptz := begins_at + (plan.deadline - begins_at) * policy.deadline_share::double precision;
  spare interval := plan.deadline - first_aim;
begin
  return sluice.open_seconds(plan.during, clock_timestamp(),
    case
      when clock_timestamp() < first_aim - spare * nearly then first_aim
      when clock_timestamp() < first_aim + spare * (0.5 - nearly) then first_aim + spare * 0.5
      else clock_timestamp()
    end);
end
$$;

comment on function sluice.seconds_to_use(sluice.schedule, sluice.policy) is
  'Open seconds in which the rows left are to be done, so that the plan ends at 80 % of the deadline.';
