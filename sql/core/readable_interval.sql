-- sluice_internal.readable_interval(seconds): a duration for people, with two or three digits that matter: 42 s, 3 min,
-- 5.2 h, 8.3 days.
-- Called when:  messages are written.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.readable_interval(seconds double precision)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when seconds < 1 then format('%s ms', trim_scale(round((seconds * 1000)::numeric, 1)))
    when seconds < 120 then format('%s s', trim_scale(round(seconds::numeric, 1)))
    when seconds < 7200 then format('%s min', trim_scale(round((seconds / 60)::numeric, 1)))
    when seconds < 172800 then format('%s h', trim_scale(round((seconds / 3600)::numeric, 1)))
    else format('%s days', trim_scale(round((seconds / 86400)::numeric, 1)))
  end
$$;

comment on function sluice_internal.readable_interval(double precision) is
  'A duration in the unit that people would use.';
