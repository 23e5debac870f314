-- sluice.free_at(name, passed): when the migrations that must be finished before this one will be done, most likely; the current time
-- when there are none, or all of them are; null when that is not known, because one of them is not under way, or because
-- they wait for each other. passed are those that the search came by.
-- Called when:  planning, forecasting.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing.

create or replace function sluice.free_at(name text, passed text[] default '{}')
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  latest timestamptz := clock_timestamp();
  earlier record;
  done_at timestamptz;
begin
  for earlier in
    select a.name, e.migration_id
    from sluice.migration m
    cross join unnest(m.after) as a (name)
    left join sluice.migration e on e.name = a.name
    where m.name = free_at.name and e.state is distinct from 'finished'
  loop
    if earlier.name = any (passed) then
      return null;
    end if;
    select f.expected into done_at
    from sluice.forecast_from(earlier.migration_id, sluice.free_at(earlier.name, passed || name)) as f;
    if done_at is null or not isfinite(done_at) then
      return null;
    end if;
    latest := greatest(latest, done_at);
  end loop;
  return latest;
end
$$;

comment on function sluice.free_at(text, text[]) is
  'When those that must be finished before a migration will be done; null when one is not under way.';
