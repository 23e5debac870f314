-- sluice.seconds_to_use(plan, policy): open seconds from now on in which the rows left are to be done.
-- Until deadline_share of the whole time; behind that, the same share of what is left.
-- Called when:  pacing, forecasting.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.seconds_to_use(plan sluice.schedule, policy sluice.policy)
returns double precision
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select sluice.open_seconds(plan.during, clock_timestamp(),
      case
        when aim.reached > clock_timestamp() + (plan.deadline - aim.reached) * 0.1 then aim.reached
        else clock_timestamp() + greatest(plan.deadline - clock_timestamp(), '0') * policy.deadline_share::double precision
      end)
    from (
      select greatest(plan.starts_at, plan.scheduled_at)
        + (plan.deadline - greatest(plan.starts_at, plan.scheduled_at)) * policy.deadline_share::double precision as reached
    ) as aim);
end
$$;

comment on function sluice.seconds_to_use(sluice.schedule, sluice.policy) is
  'Open seconds in which the rows left are to be done, so that the plan ends at 80 % of the deadline.';
