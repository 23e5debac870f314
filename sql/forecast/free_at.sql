-- sluice_internal.free_at(name): when the migrations that must be finished before this one will be done, most likely;
-- the current time when there are none, or all of them are; null when that is not known, because one of them is not
-- under way, or because they wait for each other.
-- Called when:  planning.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing.

create or replace function sluice_internal.free_at(name text)
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  before bigint[];
  latest timestamptz;
begin
  select array_agg(b.migration_id) into before
  from sluice_internal.migration m
  cross join unnest(m.after) as a (name)
  left join sluice_internal.migration b on b.name = a.name
  where m.name = free_at.name and b.state is distinct from 'finished';
  if before is null then
    return clock_timestamp();
  end if;
  select max(coalesce(f.expected, 'infinity')) into latest
  from unnest(before) as b (id)
  left join sluice.forecasts(before) as f on f.migration_id = b.id;
  return case when isfinite(latest) then greatest(latest, clock_timestamp()) end;
end
$$;

comment on function sluice_internal.free_at(text) is
  'When those that must be finished before a migration will be done; null when one is not under way.';
