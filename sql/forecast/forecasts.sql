-- sluice.forecasts(only_ids): when migrations will be done, as forecast_range() says of one: of those given, or of all
-- that wait for others. Each is forecast once, however many wait for it, when all that it waits for are: the work grows
-- with their number and that of the names in after, whichever was defined first, and not with the ways through them.
-- Called when:  by views and forecast_range; maintenance.
-- Locks, writes: nothing; reads the lanes of migrations, never their history.
-- Raises: nothing: a number that no arithmetic was made for hides one forecast, and not those of all others.

create or replace function sluice.forecasts(
  only_ids bigint[] default null,
  out migration_id bigint,
  out earliest timestamptz,
  out expected timestamptz,
  out latest timestamptz
)
returns setof record
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  ids bigint[];
  -- by position in ids: when those before will be done, 'infinity' where that is not known; how many of them are not
  -- forecast yet
  free_at timestamptz[];
  before integer[];
  -- which wait for it: the last of its links, and of each link the one that precedes it, and who waits
  last_link integer[];
  previous_link integer[] := '{}'::integer[];
  waiting integer[] := '{}'::integer[];
  ready integer[] := '{}'::integer[];
  pair record;
  link integer;
  other integer;
begin
  with recursive wanted as (
    select m.migration_id
    from sluice_internal.migration m
    where case when only_ids is null then m.after <> '{}' and m.state in ('scheduled', 'running', 'verifying')
      else m.migration_id = any (only_ids) end
    union
    select m.migration_id
    from wanted w
    join sluice_internal.migration d on d.migration_id = w.migration_id and d.state <> 'finished'
    cross join unnest(d.after) as a (name)
    join sluice_internal.migration m on m.name = a.name and m.state <> 'finished')
  select array_agg(w.migration_id order by w.migration_id) into ids from wanted w;
  if ids is null then
    return;
  end if;
  free_at := array_fill(clock_timestamp(), array[cardinality(ids)]);
  before := array_fill(0, array[cardinality(ids)]);
  last_link := array_fill(null::integer, array[cardinality(ids)]);

  for pair in
    with numbered as (select u.id, u.position::integer from unnest(ids) with ordinality as u (id, position))
    select w.position as waits, b.position as for_it
    from numbered w
    join sluice_internal.migration d on d.migration_id = w.id and d.state <> 'finished'
    cross join unnest(d.after) as a (name)
    left join sluice_internal.migration m on m.name = a.name
    left join numbered b on b.id = m.migration_id
    where m.state is distinct from 'finished'
  loop
    if pair.for_it is null then
      free_at[pair.waits] := 'infinity';
    else
      before[pair.waits] := before[pair.waits] + 1;
      waiting := waiting || pair.waits;
      previous_link := previous_link || last_link[pair.for_it];
      last_link[pair.for_it] := cardinality(waiting);
    end if;
  end loop;

  for position in 1 .. cardinality(ids) loop
    if before[position] = 0 then
      ready := ready || position;
    end if;
  end loop;
  -- those that wait for each other are never ready, and have no forecast
  for turn in 1 .. cardinality(ids) loop
    exit when turn > cardinality(ready);
    migration_id := ids[ready[turn]];
    begin
      select f.earliest, f.expected, f.latest into earliest, expected, latest
      from sluice_internal.forecast_from(migration_id, nullif(free_at[ready[turn]], 'infinity')) as f;
    exception when data_exception then
      earliest := null;
      expected := null;
      latest := null;
    end;
    if only_ids is null or migration_id = any (only_ids) then
      return next;
    end if;
    link := last_link[ready[turn]];
    while link is not null loop
      other := waiting[link];
      free_at[other] := greatest(free_at[other], coalesce(expected, 'infinity'));
      before[other] := before[other] - 1;
      if before[other] = 0 then
        ready := ready || other;
      end if;
      link := previous_link[link];
    end loop;
  end loop;
end
$$;

comment on function sluice.forecasts(bigint[]) is
  'When migrations will be done, each forecast once, after those that it waits for.';
