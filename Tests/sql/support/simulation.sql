-- Migrations in virtual time: a world drawn from a seed, worked off by Sluice's own functions with a clock that is told.
--
-- What is real: fit_plan, count_batch, size_batch, pace_lane, save_lane, wants_split, split_lane, forecast_from and keep_house
-- with all that they call; every function of schema sluice that asks for the time gets the simulated one, by replacing
-- clock_timestamp() and now() in its text. What is simulated: what a batch takes, the application, guards' readings, the
-- driver (a lane that is due is worked on at once, unless it is held), and the walk itself, of which only counts are left.
--
-- A step is one batch, whose time and rows go through the functions; the pause that comes out is kept for as many equal
-- batches as fit into a 500th of the deadline, and near it into a 50th of what is left, which are counted as one. So the pace
-- hears of the world less often than in truth. Nothing here sleeps, and a seed always gives the same world.
--
-- For a database of its own, as superuser. call sim.run(seed) for each seed, then read sim.outcome.

create schema sim;
grant usage on schema sim to public;

create function sim.clock() returns timestamptz language sql stable as
$$ select to_timestamp(current_setting('sim.seconds')::double precision) $$;

create procedure sim.set_clock(seconds double precision) language sql as
$$ select set_config('sim.seconds', seconds::text, false) $$;

-- The clock is replaced in all functions; those that pace and forecast must be among them.
do $$
declare
  known record;
  replaced text[] := '{}';
begin
  for known in
    select p.oid, p.proname::text as name, pg_get_functiondef(p.oid) as definition
    from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prokind = 'f'
  loop
    continue when known.definition !~ '\m(clock_timestamp|now)\(\)';
    execute regexp_replace(known.definition, '\m(clock_timestamp|now)\(\)', 'sim.clock()', 'g');
    replaced := replaced || known.name;
  end loop;
  if not replaced @> '{fit_plan,pace_lane,seconds_to_use,forecast_from,free_at,guard_factor,is_window_open,keep_house}' then
    raise exception 'functions do not ask for the time as the simulation expects, only %', replaced;
  end if;
end
$$;

create table sim.target (id integer primary key);

insert into sluice.window (name, days, opens, closes)
values ('nights', '{1,2,3,4,5,6,7}', '22:00', '06:00'), ('office', '{1,2,3,4,5}', '08:00', '18:00'), ('weekend', '{6,7}', '00:00', '23:59');
insert into sluice.guard (name, measure, unit, slow_at, hold_at, description) values ('simulated', '0', '', 1, 1, 'a simulated guard');
alter table sluice.schedule disable trigger user;
alter table sluice_internal.migration disable trigger user;
alter table sluice_internal.lane disable trigger user;

-- A world. Seconds count from its begin; costs are seconds a row.
create unlogged table sim.world (
  seed integer primary key,
  begins double precision,
  lasts double precision,
  workers integer,
  during text[],
  rows double precision,
  rows_guessed double precision,
  rows_grown double precision,
  grown_pending boolean,
  cost double precision,
  cost_guessed double precision,
  sweep_cost double precision,
  overhead double precision,
  drift double precision,
  swing double precision,
  noise double precision,
  quiet boolean
);

-- What comes between: holds by guards and outages of the driver stop work, slow ones give guards' factor, spikes the factor
-- by which a row costs more.
create unlogged table sim.trouble (
  seed integer,
  kind text,
  begins double precision,
  ends double precision,
  factor double precision
);

-- How each ended: the verdicts are explained at sim.run. Shares are of the time to the deadline.
create unlogged table sim.outcome (
  seed integer primary key,
  verdict text,
  lasts double precision,
  load double precision,
  done_share double precision,
  forecast_error double precision,
  covered double precision,
  width double precision,
  at_risk_share double precision,
  lost_share double precision,
  behind_share double precision,
  quiet boolean
);

create function sim.between(lowest double precision, highest double precision) returns double precision language sql volatile as
$$ select lowest + (highest - lowest) * random() $$;

-- A world: one in five is quiet, with no trouble and little noise.
create function sim.make_world(seed integer) returns sim.world language plpgsql as $$
declare
  w sim.world;
  troubles integer;
begin
  perform setseed(seed / 1000000.0);
  w.seed := seed;
  w.quiet := random() < 0.2;
  w.begins := extract(epoch from timestamptz '2026-03-02 00:00+00') + sim.between(0, 7 * 86400);
  w.lasts := 3600 * exp(sim.between(0, ln(720)));
  w.workers := (array[1, 1, 1, 2, 4])[1 + floor(random() * 5)];
  w.during := case when w.lasts > 3 * 86400 and random() < 0.3
    then (array['{nights}', '{office}', '{nights,weekend}'])[1 + floor(random() * 3)]::text[] else '{}' end;
  w.cost := exp(sim.between(ln(0.000003), ln(0.001)));
  w.sweep_cost := w.cost * sim.between(0.02, 0.1);
  w.overhead := sim.between(0.0005, 0.002);
  w.drift := case when w.quiet then 1 else sim.between(0.7, 1.6) end;
  w.swing := case when w.quiet then 0 else sim.between(0, 0.5) end;
  w.noise := case when w.quiet then 0.1 else sim.between(0.1, 0.8) end;
  w.rows := greatest(sluice_internal.worker_speed(w.workers)
    * case when random() < 0.5 then exp(sim.between(ln(0.01), ln(0.9))) else sim.between(0.3, 0.9) end
    * sluice_internal.open_seconds(w.during, to_timestamp(w.begins), to_timestamp(w.begins + w.lasts)) / w.cost, 1000);
  w.rows_guessed := w.rows * case when w.quiet then 1 else exp(sim.between(-0.15, 0.15)) end;
  w.cost_guessed := w.cost * case when w.quiet then 1 else exp(sim.between(-0.4, 0.4)) end;
  w.rows_grown := case when w.quiet or random() < 0.5 then 0 else w.rows * sim.between(0, 0.2) * w.lasts / (30 * 86400.0) end;
  w.grown_pending := random() < 0.5;
  insert into sim.world select (w).*;
  if not w.quiet then
    troubles := floor(sim.between(0, 12));
    insert into sim.trouble
    select seed, t.kind, t.begins, least(t.begins + t.lasts, w.lasts * 2), t.factor
    from (
      select (array['hold', 'outage', 'slow', 'spike'])[1 + floor(random() * 4)] as kind,
        sim.between(0, w.lasts) as begins, w.lasts * exp(sim.between(ln(0.0005), ln(0.15))) as lasts,
        case when random() < 0.5 then sim.between(0.2, 0.9) else sim.between(0.05, 0.3) end as factor
      from generate_series(1, troubles)) as t;
    update sim.trouble t set factor = 1 / greatest(t.factor, 0.2) where t.seed = make_world.seed and t.kind = 'spike';
  end if;
  return w;
end
$$;

-- How many times its first cost a row takes at a time.
create function sim.level(w sim.world, at double precision) returns double precision language sql stable as $$
  select (1 + (w.drift - 1) * least(at / w.lasts, 1))
    * (1 + w.swing * sin((w.begins + at) / 86400 * 2 * pi()))
    * coalesce((select max(t.factor) from sim.trouble t
        where t.seed = w.seed and t.kind = 'spike' and t.begins <= at and t.ends > at), 1)
$$;

-- Until when work is stopped at a time: by a hold, an outage, or closed windows. Null: it is not.
create function sim.stopped_until(w sim.world, at double precision) returns double precision language sql stable as $$
  select coalesce(
    (select max(t.ends) from sim.trouble t
      where t.seed = w.seed and t.kind in ('hold', 'outage') and t.begins <= at and t.ends > at),
    (select extract(epoch from min(lower(s.span))) - w.begins
      from sluice_internal.open_spans(w.during, to_timestamp(w.begins + at), to_timestamp(w.begins + at) + interval '8 days') as s (span)
      where not sluice_internal.is_window_open(w.during, to_timestamp(w.begins + at))))
$$;

-- What full speed can do from each 500th of the time until the deadline, in seconds of one worker at the first cost.
create function sim.capacity(w sim.world) returns double precision[] language sql stable as $$
  select array_agg(c.ahead order by c.i)
  from (
    select i, sum(
        case when sim.stopped_until(w, (i + 0.5) / 500 * w.lasts) is null
          then sluice_internal.worker_speed(w.workers) * w.lasts / 500 / sim.level(w, (i + 0.5) / 500 * w.lasts)
            * coalesce((select min(t.factor) from sim.trouble t where t.seed = w.seed and t.kind = 'slow'
                and t.begins <= (i + 0.5) / 500 * w.lasts and t.ends > (i + 0.5) / 500 * w.lasts), 1)
          else 0 end) over (order by i desc) as ahead
    from generate_series(0, 499) as i) as c
$$;

-- Schedules the world's migration as schedule() would; null when its plan refuses the deadline.
create function sim.schedule(w sim.world) returns sluice_internal.migration language plpgsql as $$
declare
  policy sluice.policy;
  wanted sluice.schedule;
  plan sluice_internal.migration_plan;
  migration sluice_internal.migration;
begin
  select p.* into policy from sluice.policy p;
  wanted.migration := format('seed_%s', w.seed);
  wanted.starts_at := sim.clock();
  wanted.scheduled_at := sim.clock();
  wanted.deadline := sim.clock() + make_interval(secs => w.lasts);
  wanted.active := true;
  wanted.priority := 0;
  wanted.workers := w.workers;
  wanted.during := w.during;
  wanted.immediately := false;
  plan.rows_estimated := w.rows_guessed;
  plan.batch_size := least(greatest(extract(epoch from policy.batch_time) / w.cost_guessed, policy.min_batch), policy.max_batch);
  plan.seconds_per_row := (w.cost_guessed + 2 * w.sweep_cost) * sim.level(w, 0) + w.overhead / plan.batch_size;
  plan.stripes := 1;
  plan := sluice_internal.fit_plan(plan, wanted, policy);
  if not plan.feasible then
    return null;
  end if;
  insert into sluice_internal.migration (name, owner, owner_id, target, kind, pending, changes, key_columns, key_types, walk, search_path,
    settings, definition, state, rows_estimated, pending_estimated, planned_batch, planned_seconds_per_row, started_at)
  values (wanted.migration, session_user, sluice_internal.role_id(session_user), 'sim.target', 'update', 'id is null', '{}', '{id}', '{integer}', 'key', '{}',
    '{}', '{}', 'running', plan.rows_estimated, plan.rows_estimated, plan.batch_size, plan.seconds_per_row, sim.clock())
  returning * into migration;
  insert into sluice.schedule select wanted.*;
  perform sim.add_lane(migration, 'change', 0, w.rows, w.rows_guessed);
  return migration;
end
$$;

-- How many rows each lane really has; it knows only its estimate.
create unlogged table sim.lane_rows (lane_id bigint primary key, rows double precision);

create function sim.add_lane(
  migration sluice_internal.migration, act text, pass integer, rows double precision, rows_guessed double precision
)
returns void language plpgsql as $$
declare
  added bigint;
begin
  insert into sluice_internal.lane (migration_id, relation, act, state, pass, upper, batch_size, rows_estimated, due_at)
  select migration.migration_id, 'sim.target', act, 'active', pass, '{z}',
    case act when 'sweep' then p.max_batch else migration.planned_batch end, rows_guessed, sim.clock()
  from sluice.policy p
  returning lane_id into added;
  insert into sim.lane_rows values (added, rows);
end
$$;

-- All lanes are done: what complete_pass and revisit_range make of it. False: it is finished.
create function sim.next_pass(w sim.world, migration_id bigint, at double precision) returns boolean language plpgsql as $$
declare
  migration sluice_internal.migration;
  grown double precision := floor(w.rows_grown * at / w.lasts);
begin
  select m.* into migration from sluice_internal.migration m where m.migration_id = next_pass.migration_id;
  case migration.pass
    when 0 then
      perform sim.add_lane(migration, 'sweep', 1, w.rows + grown, w.rows_guessed);
    when 1 then
      if grown < 1 or not w.grown_pending then
        return false;
      end if;
      perform sim.add_lane(migration, 'change', 1, grown, grown);
    when 2 then
      perform sim.add_lane(migration, 'sweep', 2, grown, grown);
    else
      return false;
  end case;
  update sluice_internal.migration m set state = 'verifying', pass = m.pass + 1 where m.migration_id = next_pass.migration_id;
  return true;
end
$$;

-- The due batch of a lane and as many equal ones as fit until a time; returns the lane.
create function sim.step(w sim.world, migration sluice_internal.migration, lane sluice_internal.lane, at double precision, until double precision)
returns sluice_internal.lane language plpgsql as $$
declare
  policy sluice.policy;
  result sluice_internal.batch_result;
  rows_left double precision;
  lanes_at_work integer;
  seconds double precision;
  repeated bigint;
  given double precision;
  known record;
begin
  select p.* into policy from sluice.policy p;
  select r.rows - lane.rows_visited into rows_left from sim.lane_rows r where r.lane_id = lane.lane_id;
  select count(*) into lanes_at_work from sluice_internal.lane l where l.migration_id = migration.migration_id and l.state = 'active';

  result.rows_visited := greatest(least(lane.batch_size, ceil(rows_left)), 1);
  result.rows_changed := result.rows_visited;
  result.rows_updated := 0;
  result.rows_hot := 0;
  result.rows_pending := 0;
  seconds := w.overhead + result.rows_visited
    * case lane.act when 'sweep' then w.sweep_cost else w.cost end
    * sim.level(w, at) * lanes_at_work / sluice_internal.worker_speed(lanes_at_work)
    * exp(w.noise * (random() + random() + random() - 1.5) - w.noise * w.noise / 8);
  call sim.set_clock(w.begins + at + seconds);

  lane := sluice_internal.size_batch(lane, migration, policy, result, seconds);
  lane := sluice_internal.count_batch(lane, result, seconds, seconds + lane.pause);
  if lane.rows_visited >= (select r.rows from sim.lane_rows r where r.lane_id = lane.lane_id) then
    lane.state := 'done';
  end if;
  lane := sluice_internal.pace_lane(lane, migration, policy, result.rows_visited, seconds);
  lane.rows_per_second := coalesce(lane.rows_per_second, result.rows_visited / (seconds + lane.pause));
  lane.busy_share := coalesce(lane.busy_share, seconds / (seconds + lane.pause));
  lane.last_batch_at := sim.clock();

  if lane.state = 'active' then
    repeated := least((until - at) / (seconds + lane.pause) - 1, ceil((rows_left - result.rows_visited) / result.rows_visited) - 1);
    if repeated > 0 then
      lane.rows_visited := lane.rows_visited + repeated * result.rows_visited;
      lane.rows_changed := lane.rows_changed + repeated * result.rows_changed;
      lane.batches := lane.batches + repeated;
      lane.seconds_busy := lane.seconds_busy + repeated * seconds;
      lane.rows_per_second := result.rows_visited / (seconds + lane.pause);
      lane.busy_share := seconds / (seconds + lane.pause);
      lane.due_at := lane.due_at + make_interval(secs => repeated * (seconds + lane.pause));
    end if;
  end if;
  perform sluice_internal.save_lane(lane);

  if lane.state = 'active' and sluice_internal.wants_split(lane.lane_id) then
    given := (rows_left - (1 + greatest(repeated, 0)) * result.rows_visited) / 2;
    lane := sluice_internal.split_lane(lane, '{m}');
    perform sluice_internal.save_lane(lane);
    for known in
      update sluice_internal.lane l set upper = '{z}', due_at = sim.clock()
      where l.migration_id = migration.migration_id and not exists (select from sim.lane_rows r where r.lane_id = l.lane_id)
      returning l.lane_id
    loop
      insert into sim.lane_rows values (known.lane_id, given);
      update sim.lane_rows r set rows = r.rows - given where r.lane_id = lane.lane_id;
      update sluice_internal.lane l set upper = '{z}' where l.lane_id = lane.lane_id;
    end loop;
  end if;
  return lane;
end
$$;

-- What is left to do of this pass, in seconds of one worker at the first cost, batches of 50 ms.
create function sim.seconds_left(w sim.world, migration_id bigint) returns double precision language sql stable as $$
  select coalesce(sum(greatest(r.rows - l.rows_visited, 0)
    * case l.act when 'sweep' then w.sweep_cost else w.cost * (1 + w.overhead / 0.05) end), 0)
  from sluice_internal.lane l
  join sim.lane_rows r on r.lane_id = l.lane_id
  where l.migration_id = seconds_left.migration_id and l.state = 'active'
$$;

-- The same by what was known: rows estimated, of which a lane has a twentieth left until its end, and a sweep that is still to
-- come counts as a tenth of all of them.
create function sim.seconds_known(w sim.world, migration_id bigint) returns double precision language sql stable as $$
  select
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.rows_estimated / 20)
        * case l.act when 'sweep' then w.sweep_cost else w.cost * (1 + w.overhead / 0.05) end) filter (where l.state = 'active'), 0)
      + case when m.pass = 0 then coalesce(sum(l.rows_estimated), 0) / 10 * w.cost else 0 end
  from sluice_internal.migration m
  left join sluice_internal.lane l on l.migration_id = m.migration_id
  where m.migration_id = seconds_known.migration_id
  group by m.migration_id
$$;

-- What full speed can still do from a time until the deadline, by what it can from each 500th of it.
create function sim.ahead(w sim.world, ahead double precision[], at double precision) returns double precision language sql immutable as $$
  select ahead[1 + floor(at / w.lasts * 500)::integer]
    - (at / w.lasts * 500 - floor(at / w.lasts * 500))
      * (ahead[1 + floor(at / w.lasts * 500)::integer] - coalesce(ahead[2 + floor(at / w.lasts * 500)::integer], 0))
$$;

-- When work that begins at a time ends at full speed. Infinity: not before the deadline.
create function sim.ends_at(w sim.world, ahead double precision[], at double precision, seconds double precision)
returns double precision language plpgsql immutable as $$
declare
  rest double precision := sim.ahead(w, ahead, at) - seconds;
begin
  if seconds <= 0 then
    return at;
  end if;
  for i in 1 + floor(at / w.lasts * 500)::integer .. 500 loop
    if coalesce(ahead[i + 1], 0) <= rest then
      return greatest(at, w.lasts / 500 * (i - 1 + (ahead[i] - rest) / (ahead[i] - coalesce(ahead[i + 1], 0))));
    end if;
  end loop;
  return 'infinity';
end
$$;

-- When a pass with so many seconds left, and those that follow it, end at full speed from a time on. Each meets the rows that
-- the table has grown by when it begins, as in sim.next_pass. Infinity: not before the deadline.
create function sim.full_speed_end(
  w sim.world, ahead double precision[], at double precision, pass integer, seconds double precision
)
returns double precision language plpgsql immutable as $$
declare
  grown double precision;
begin
  loop
    if at >= w.lasts then
      return 'infinity';
    end if;
    at := sim.ends_at(w, ahead, at, seconds);
    exit when at >= w.lasts or pass = 3;
    grown := floor(w.rows_grown * at / w.lasts);
    exit when pass = 1 and (grown < 1 or not w.grown_pending);
    seconds := case pass
      when 0 then (w.rows + grown) * w.sweep_cost
      when 1 then grown * w.cost * (1 + w.overhead / 0.05)
      else grown * w.sweep_cost
    end;
    pass := pass + 1;
  end loop;
  return at;
end
$$;

-- Works one world off, and writes down how it ended:
--
--   refused         its plan said no
--   met             in time
--   impossible      full speed from the first moment would have been late, too
--   beyond_reserve  late; and full speed from the first sign would have been, too: from when on, without a break until it was
--                   too late, the rows left by the estimate, at the costs of late, no longer fitted into the time less the
--                   fifth that the plan keeps in reserve. Up to then all was well by what could be known, and since then more
--                   than that fifth was lost
--   missed          late, and none of these: what Sluice is to be blamed for
create procedure sim.run(seed integer) language plpgsql as $$
declare
  w sim.world := sim.make_world(seed);
  migration sluice_internal.migration;
  lane sluice_internal.lane;
  outcome sim.outcome;
  ahead double precision[];
  stride double precision := w.lasts / 500;
  at double precision := 0;
  stopped double precision;
  kept_house_at double precision := 0;
  steps integer := 0;
  level double precision;
  behind_at double precision;
  behind_pass integer;
  behind_seconds double precision;
  finished boolean := false;
  marks constant double precision[] := '{0.05, 0.25, 0.5}';
  foreseen record;
  predicted double precision;
  earliest double precision[] := '{}';
  latest double precision[] := '{}';
begin
  call sim.set_clock(w.begins);
  outcome.seed := seed;
  outcome.lasts := w.lasts;
  outcome.quiet := w.quiet;
  ahead := sim.capacity(w);
  migration := sim.schedule(w);
  outcome.load := w.rows * w.cost / ahead[1];
  if migration.migration_id is null then
    outcome.verdict := 'refused';
    insert into sim.outcome select outcome.*;
    return;
  end if;
  if sim.full_speed_end(w, ahead, 0, 0, sim.seconds_left(w, migration.migration_id)) > w.lasts then
    outcome.verdict := 'impossible';
  end if;
  level := sim.level(w, 0);

  while at < w.lasts * 1.2 and steps < 50000 loop
    steps := steps + 1;
    if steps % 50 = 0 then
      -- so that dead versions of the lanes can be pruned
      commit;
    end if;
    call sim.set_clock(w.begins + at);
    stopped := sim.stopped_until(w, at);
    insert into sluice_internal.guard_reading (guard, target, value, factor, read_at)
    select 'simulated', 'sim.target'::regclass, 1,
      coalesce(min(case t.kind when 'hold' then 0 else t.factor end), 1), sim.clock()
    from sim.trouble t
    where t.seed = w.seed and t.kind in ('hold', 'slow') and t.begins <= at and t.ends > at
    on conflict (guard, target, reader) do update set factor = excluded.factor, read_at = excluded.read_at;

    if at - kept_house_at > w.lasts / 200 and not exists (
      select from sim.trouble t where t.seed = w.seed and t.kind = 'outage' and t.begins <= at and t.ends > at)
    then
      kept_house_at := at;
      perform sluice_internal.keep_house();
      if outcome.at_risk_share is null and (select m.at_risk from sluice_internal.migration m where m.migration_id = migration.migration_id) then
        outcome.at_risk_share := at / w.lasts;
      end if;
    end if;
    if stopped is not null then
      at := least(stopped, at + stride);
      continue;
    end if;

    if outcome.lost_share is null and at < w.lasts then
      if sim.seconds_known(w, migration.migration_id) * level / sluice_internal.worker_speed(w.workers)
        <= sluice_internal.open_seconds(w.during, sim.clock(), to_timestamp(w.begins + w.lasts))
          - 0.2 * sluice_internal.open_seconds(w.during, to_timestamp(w.begins), to_timestamp(w.begins + w.lasts))
      then
        behind_at := null;
      elsif behind_at is null then
        behind_at := at;
        behind_pass := migration.pass;
        behind_seconds := sim.seconds_left(w, migration.migration_id);
      end if;
      if sim.full_speed_end(w, ahead, at, migration.pass, sim.seconds_left(w, migration.migration_id)) > w.lasts then
        outcome.lost_share := at / w.lasts;
      end if;
    end if;

    select l.* into lane from sluice_internal.lane l
    where l.migration_id = migration.migration_id and l.state = 'active'
    order by l.due_at limit 1;
    if not found then
      finished := not sim.next_pass(w, migration.migration_id, at);
      exit when finished;
      select m.* into migration from sluice_internal.migration m where m.migration_id = migration.migration_id;
      continue;
    end if;
    if extract(epoch from lane.due_at) - w.begins > at then
      at := least(extract(epoch from lane.due_at) - w.begins, at + stride);
      continue;
    end if;

    level := 0.9 * level + 0.1 * sim.level(w, at);
    lane := sim.step(w, migration, lane, at, least(at + least(stride, greatest((w.lasts - at) / 50, 1)),
      (select coalesce(min(t.begins), 'infinity') from sim.trouble t where t.seed = w.seed and t.begins > at)));
    if cardinality(earliest) < cardinality(marks) and migration.pass = 0 and (
      select sum(l.rows_visited) > marks[cardinality(earliest) + 1] * w.rows from sluice_internal.lane l
      where l.migration_id = migration.migration_id)
    then
      select r.* into foreseen from sluice_internal.forecast_range(migration.migration_id) as r;
      predicted := coalesce(predicted, extract(epoch from foreseen.expected) - w.begins);
      earliest := earliest || extract(epoch from foreseen.earliest)::double precision - w.begins;
      latest := latest || extract(epoch from foreseen.latest)::double precision - w.begins;
    end if;
  end loop;

  outcome.done_share := case when finished then at / w.lasts end;
  outcome.forecast_error := abs(predicted - at) / nullif(at, 0);
  outcome.width := (latest[1] - earliest[1]) / w.lasts;
  outcome.covered := (select avg((at between e and l)::integer) from unnest(earliest, latest) as u (e, l));
  outcome.behind_share := behind_at / w.lasts;
  outcome.verdict := case
    when finished and at <= w.lasts then 'met'
    when outcome.verdict is not null then outcome.verdict
    when behind_at is null or sim.full_speed_end(w, ahead, behind_at, behind_pass, behind_seconds) > w.lasts then 'beyond_reserve'
    else 'missed'
  end;
  insert into sim.outcome select outcome.*;
  delete from sluice_internal.migration m where m.migration_id = migration.migration_id;
  delete from sim.trouble t where t.seed = w.seed;
end
$$;

create procedure sim.run(first_seed integer, last_seed integer) language plpgsql as $$
begin
  for seed in first_seed .. last_seed loop
    call sim.run(seed);
    commit;
  end loop;
end
$$;
