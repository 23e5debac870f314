-- sluice_internal.guard_hold(target): which guard stops work on a table, by the last readings, or null.
-- Called when:  claiming; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.guard_hold(target oid)
returns text
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select format('guard %s: %s is %s %s, holding at %s', g.name,
      g.description || coalesce(' (' || r.culprit || ')', ''),
      round(r.value::numeric, 2), g.unit, g.hold_at)
    from sluice_internal.guard_reading r
    join sluice.guard g on g.name = r.guard
    where r.target in (0, guard_hold.target) and g.enabled and r.factor = 0
      and r.read_at > clock_timestamp() - interval '1 minute'
      and not exists (
        select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
          and n.read_at > r.read_at)
    order by g.name
    limit 1);
end
$$;

comment on function sluice_internal.guard_hold(oid) is
  'The guard that stops work on a table, with its reading, or null.';
