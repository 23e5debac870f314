-- sluice_internal.round_interval(value): a duration without digits that say nothing: to a second, a tenth of one below
-- a minute, a tenth of a millisecond below a second.
-- Called when:  planning. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.round_interval(value interval)
returns interval
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select make_interval(secs => round(s.seconds, case when s.seconds < 1 then 4 when s.seconds < 60 then 1
    else 0 end)::double precision)
  from (select extract(epoch from value) as seconds) as s
$$;

comment on function sluice_internal.round_interval(interval) is 'A duration to the digits that matter.';
