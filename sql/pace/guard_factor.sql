-- sluice_internal.guard_factor(target): the share of full speed that the guards allow, by the last readings.
-- Called when:  pacing (checkpoint); by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.guard_factor(target oid)
returns double precision
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(min(r.factor), 1)
    from sluice_internal.guard_reading r
    join sluice.guard g on g.name = r.guard
    where r.target in (0, guard_factor.target) and g.enabled
      and r.read_at > clock_timestamp() - interval '1 minute'
      and not exists (
        select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
          and n.read_at > r.read_at));
end
$$;

comment on function sluice_internal.guard_factor(oid) is
  'Between 0, hold, and 1, full speed: the least that any enabled guard says.';
