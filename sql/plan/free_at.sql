-- sluice.free_at(name): when the migrations that must be finished before this one will be done, most likely; the
-- current time when there are none, or all of them are; null when that is not known, because one of them is not
-- under way, or because they wait for each other. Each is forecast once, however many wait for it.
-- Called when:  planning, forecasting.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing.

create or replace function sluice.free_at(name text)
returns timestamptz
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  latest timestamptz := clock_timestamp();
  waiting text[];
  done_at jsonb := '{}'::jsonb;
  earlier record;
begin
  with recursive before as (
    select a.name
    from sluice.migration m
    cross join unnest(m.after) as a (name)
    where m.name = free_at.name
    union
    select a.name
    from before b
    join sluice.migration m on m.name = b.name and m.state <> 'finished'
    cross join unnest(m.after) as a (name))
  select coalesce(array_agg(b.name), '{}') into waiting
  from before b
  left join sluice.migration m on m.name = b.name
  where m.state is distinct from 'finished';

  while waiting <> '{}' loop
    select m.name, f.expected into earlier
    from sluice.migration m
    cross join lateral (
      select max((done_at ->> a.name)::timestamptz) as done_at from unnest(m.after) as a (name)) as theirs
    cross join lateral sluice.forecast_from(m.migration_id, greatest(clock_timestamp(), theirs.done_at)) as f
    where m.name = any (waiting) and not m.after && waiting
    limit 1;
    if earlier.expected is null or not isfinite(earlier.expected) then
      return null;
    end if;
    done_at := done_at || jsonb_build_object(earlier.name, earlier.expected);
    waiting := array_remove(waiting, earlier.name);
    latest := greatest(latest, earlier.expected);
  end loop;
  return latest;
end
$$;

comment on function sluice.free_at(text) is
  'When those that must be finished before a migration will be done; null when one is not under way.';
