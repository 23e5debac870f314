-- sluice.forecasts(only_ids): when migrations will be done, as forecast_range() says of one: of those given, or of all that
-- wait for others. Each is forecast once, however many wait for it, and after those that it waits for: the work grows
-- with their number, and not with that of the ways through them.
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
  -- when each of those before will be done, by name; 'infinity' where that is not known
  done_at jsonb := '{}'::jsonb;
  waiting bigint[];
  ready bigint[];
  known record;
  free_at timestamptz;
  is_ready boolean;
begin
  with recursive wanted as (
    select m.migration_id, m.state, m.after
    from sluice.migration m
    where case when only_ids is null then m.after <> '{}' and m.state in ('scheduled', 'running', 'verifying')
      else m.migration_id = any (only_ids) end
    union
    select m.migration_id, m.state, m.after
    from wanted w
    cross join unnest(w.after) as a (name)
    join sluice.migration m on m.name = a.name and m.state <> 'finished'
    where w.state <> 'finished')
  select array_agg(w.migration_id order by w.migration_id) into waiting from wanted w;

  -- those before were as a rule defined before: one time round; more where one was forgotten and defined again
  while cardinality(waiting) > 0 loop
    ready := '{}';
    for known in
      select m.migration_id, m.name, m.state, m.after
      from unnest(waiting) as w (id)
      join sluice.migration m on m.migration_id = w.id
      order by m.migration_id
    loop
      free_at := clock_timestamp();
      if known.after <> '{}' and known.state <> 'finished' then
        -- none that is unfinished: nulls
        select bool_and(done_at ? a.name or m.migration_id is null),
          greatest(free_at, max(coalesce((done_at ->> a.name)::timestamptz, 'infinity')))
        into is_ready, free_at
        from unnest(known.after) as a (name)
        left join sluice.migration m on m.name = a.name
        where m.state is distinct from 'finished';
        continue when not is_ready;
      end if;
      ready := ready || known.migration_id;
      begin
        select f.earliest, f.expected, f.latest into earliest, expected, latest
        from sluice.forecast_from(known.migration_id, nullif(free_at, 'infinity')) as f;
      exception when data_exception then
        earliest := null;
        expected := null;
        latest := null;
      end;
      done_at := done_at || jsonb_build_object(known.name, coalesce(expected, 'infinity'));
      if only_ids is null or known.migration_id = any (only_ids) then
        migration_id := known.migration_id;
        return next;
      end if;
    end loop;
    -- those that wait for each other have no forecast
    exit when ready = '{}';
    waiting := array(select w.id from unnest(waiting) as w (id) where w.id <> all (ready));
  end loop;
end
$$;

comment on function sluice.forecasts(bigint[]) is
  'When migrations will be done, each forecast once, after those that it waits for.';
