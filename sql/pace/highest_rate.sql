-- sluice_internal.highest_rate(plan): rows a second that a schedule and its windows allow at most, or null.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.highest_rate(plan sluice.schedule)
returns numeric
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select least(plan.max_rate, (
    select case when bool_or(w.rate is null) then null else max(w.rate) end
    from sluice.window w
    where w.name = any (plan.during)))
$$;

comment on function sluice_internal.highest_rate(sluice.schedule) is
  'Rows a second that a schedule''s limits allow; null: no limit.';
