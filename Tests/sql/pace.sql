-- How large a batch is and how long the pause behind it, by the functions that decide it.

select no_plan();

create function size_after(rows integer, seconds double precision, pause double precision, act text default 'change')
returns integer language sql as $$
  select (sluice_internal.size_batch(
    jsonb_populate_record(null::sluice_internal.lane, jsonb_build_object('batch_size', rows, 'pause', pause, 'act', act)),
    null::sluice_internal.migration,
    (select p from sluice.policy p),
    jsonb_populate_record(null::sluice_internal.batch_result, jsonb_build_object('rows_visited', rows)),
    seconds)).batch_size
$$;

select is(size_after(1000, 0.050, 0), 1000, 'a batch that took batch_time, without a pause, keeps its size');
select is(size_after(1000, 0.005, 0), 2000, 'a shorter one doubles at most');
select is(size_after(1000, 0.500, 0), 500, 'a longer one halves at most');
select is(size_after(1000, 0.100, 0, 'sweep'), 2000, 'at full speed a sweep may take four times as long');
select is(size_after(1000, 0.100, 0.1, 'sweep'), 500, 'but not beside an application');
select is(size_after(1000, 0.025, 0.025), 1000, 'where half the time is enough, half of batch_time is');
select is(size_after(1000, 0.010, 0.040), 1000, 'where a fifth is enough, a fifth');
select is(size_after(1000, 0.010, 40), 1000, 'and never less');
select is(size_after(100, 0.500, 60), 100, 'min_batch is the least');

create function size_between(changed integer, planned_seconds double precision default null) returns integer language sql as $$
  select (sluice_internal.size_batch(
    jsonb_populate_record(null::sluice_internal.lane,
      '{"batch_size": 20000, "pause": 0, "act": "change", "seconds_busy": 0, "rows_changed": 0}'),
    jsonb_populate_record(null::sluice_internal.migration, jsonb_build_object('planned_seconds_per_change', planned_seconds)),
    (select p from sluice.policy p),
    jsonb_populate_record(null::sluice_internal.batch_result, jsonb_build_object('rows_visited', 20000, 'rows_changed', changed)),
    0.01)).batch_size
$$;
select is(size_between(0), 10000, 'as long as nobody knows what a change costs, there are no large batches');
select is(size_between(10), 2500, 'a batch fits into a quarter of statement_timeout even if all of its rows are changed');
select is(size_between(10, 0.00001), 40000, 'at what a change cost in the probes, where they met one');

create function planned(within interval) returns sluice_internal.migration_plan language sql as $$
  select sluice_internal.fit_plan(
    jsonb_populate_record(null::sluice_internal.migration_plan,
      '{"rows_estimated": 1000000, "seconds_per_row": 0.00001, "batch_size": 5000, "stripes": 1}'),
    jsonb_populate_record(null::sluice.schedule,
      jsonb_build_object('starts_at', clock_timestamp(), 'deadline', clock_timestamp() + within, 'workers', 1, 'during', '{}',
        'immediately', false)),
    (select p from sluice.policy p))
$$;

create function is_feasible(windows text[]) returns boolean language sql as $$
  select (sluice_internal.fit_plan(
    jsonb_populate_record(null::sluice_internal.migration_plan,
      '{"rows_estimated": 1000000, "seconds_per_row": 0.01, "batch_size": 5000, "stripes": 1}'),
    jsonb_populate_record(null::sluice.schedule,
      jsonb_build_object('starts_at', clock_timestamp(), 'deadline', clock_timestamp() + interval '1 day', 'workers', 1,
        'during', windows, 'immediately', false)),
    (select p from sluice.policy p))).feasible
$$;
insert into sluice.window (name, opens, closes, time_zone) values ('an_hour', '01:00', '02:00', 'UTC'), ('half', '03:00', '15:00', 'UTC');
select ok(is_feasible('{}') and is_feasible('{half}') and not is_feasible('{an_hour}'),
  'three hours of work fit into a day, and into half of it, but not into an hour of each day');

select is((planned('14 seconds')).batch_size between 4300 and 5000, true, 'a plan with little time to spare has whole batches');
select is((planned('1 day')).batch_size, 1000, 'one with much has small ones');
select ok((planned('12 hours')).planned between '9.5 hours' and '9.7 hours', 'and takes its time all the same');
select ok((planned(null)).batch_size = 1500 and (planned(null)).pause between '34 ms' and '36 ms',
  'without a deadline a batch is as small as its share of the time');

-- The time that is used
create function minutes_to_use(minutes_gone integer) returns double precision language sql as $$
  select round(sluice_internal.seconds_to_use(
    jsonb_populate_record(null::sluice.schedule,
      jsonb_build_object('starts_at', s.began_at, 'scheduled_at', s.began_at, 'deadline', s.began_at + interval '100 minutes',
        'during', '{}')),
    (select p from sluice.policy p)) / 60)
  from (select clock_timestamp() - make_interval(mins => minutes_gone) as began_at) as s
$$;

select is(minutes_to_use(0), 80::double precision, 'at first 80 % of the time are used');
select is(minutes_to_use(70), 10::double precision, 'of which the rest is left later');
select is(minutes_to_use(79), 6::double precision, 'who is not done by then has a quarter of what is kept back');
select is(minutes_to_use(82), 3::double precision, 'and no more');
select is(minutes_to_use(91), 0::double precision, 'behind that there are no pauses');
insert into sluice.window (name, opens, closes) values ('mornings', '00:00', '12:00');
create table begun as select clock_timestamp() as at;
select ok((
    select abs(0.8 * sluice_internal.open_seconds('{mornings}', b.at, b.at + interval '3 days') - sluice_internal.seconds_to_use(
      jsonb_populate_record(null::sluice.schedule,
        jsonb_build_object('starts_at', b.at, 'scheduled_at', b.at, 'deadline', b.at + interval '3 days', 'during', '{mornings}')),
      (select p from sluice.policy p))) < 60
    from begun b),
  'of windows, a fifth of the open time is kept back, not hours in which they are closed');
select is(sluice_internal.longest_pause(600), 60::double precision, 'a lane pauses for a minute at most');
select is(sluice_internal.longest_pause(7 * 86400), 30240::double precision, 'or for a twentieth of the time, where there is much');

-- What batches cost
create function lane_after(seconds double precision[]) returns sluice_internal.lane language plpgsql as $$
declare
  lane sluice_internal.lane := jsonb_populate_record(null::sluice_internal.lane,
    '{"stripes": 1, "stripe": 0, "rows_visited": 0, "rows_changed": 0, "rows_updated": 0, "rows_hot": 0, "batches": 0, "seconds_busy": 0}');
  result sluice_internal.batch_result := jsonb_populate_record(null::sluice_internal.batch_result,
    '{"rows_visited": 100, "rows_changed": 100, "rows_updated": 100, "rows_hot": 0}');
begin
  for i in 1 .. cardinality(seconds) loop
    lane := sluice_internal.count_batch(lane, result, seconds[i], seconds[i]);
  end loop;
  return lane;
end
$$;

select is((lane_after('{1, 1, 1}')).cost_variance, 0::double precision, 'batches of one cost have no spread');
select is(round((lane_after('{1, 2}')).cost_variance::numeric, 8), 0.000016, 'the newest counts for a fifth of the mean and of the spread');
select ok((lane_after('{1, 2, 1, 2, 1, 2}')).cost_variance > (lane_after('{1, 1.2, 1, 1.2, 1, 1.2}')).cost_variance,
  'the more costs differ, the wider it is');

-- rows that several passes visit

select is(sum((sluice_internal.count_batch(
    jsonb_populate_record(null::sluice_internal.lane, jsonb_build_object('stripes', 4, 'stripe', s, 'rows_visited', 0, 'rows_changed', 0,
      'rows_updated', 0, 'rows_hot', 0, 'batches', 0, 'seconds_busy', 0)),
    jsonb_populate_record(null::sluice_internal.batch_result, '{"rows_visited": 11, "rows_changed": 0, "rows_updated": 0, "rows_hot": 0}'),
    1, 1)).rows_visited), 11::numeric, 'the stripes of a stretch count its rows together once')
from generate_series(0, 3) as s;

-- and how many rows they do a second

create function rate_after(gaps double precision[], rate double precision default 1000) returns double precision language plpgsql as $$
declare
  lane sluice_internal.lane := jsonb_populate_record(null::sluice_internal.lane, jsonb_build_object(
    'stripes', 1, 'stripe', 0, 'rows_visited', 0, 'rows_changed', 0, 'rows_updated', 0, 'rows_hot', 0, 'batches', 0,
    'seconds_busy', 0, 'rows_per_second', rate));
  result sluice_internal.batch_result := jsonb_populate_record(null::sluice_internal.batch_result,
    '{"rows_visited": 100, "rows_changed": 100, "rows_updated": 100, "rows_hot": 0}');
begin
  for i in 1 .. cardinality(gaps) loop
    lane := sluice_internal.count_batch(lane, result, 0.01, gaps[i]);
  end loop;
  return lane.rows_per_second;
end
$$;

select ok(rate_after((select array_agg(case i % 2 when 0 then 0.02 else 0.18 end) from generate_series(1, 200) as i)) between 950 and 1050,
  'a rate is what is done in the time, not a mean of rates, in which short gaps between batches would weigh too much');
select ok(rate_after(array_fill(0.05::double precision, array[600])) between 1900 and 2000, 'after thirty seconds it is the new one');
select ok(rate_after('{3600}') > 500, 'an hour in which something held it counts as half');
-- not about what the server has to do besides
update sluice.guard set enabled = false;
create table public.fresh (id integer primary key, n integer);
insert into public.fresh select i, null from generate_series(1, 20000) as i;
analyze public.fresh;
select sluice.define('fresh', 'public.fresh', pending => 'n is null', set => 'n = 1', walk => 'key');
select count(*) from sluice.schedule('fresh', within => '10 hours');
select sluice_internal.run_one('fresh') is not null;
select ok((select l.pause > 0 and l.rows_per_second <= l.rows_visited / l.pause from sluice_internal.lane l
  join sluice_internal.migration m using (migration_id) where m.name = 'fresh'), 'the first batch counts its pause, too');
select ok(bool_and(l.due_at > clock_timestamp() + interval '10 seconds'), 'and its lane waits until that is over')
from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'fresh' and l.state = 'active';
select is((select c.lane_id from sluice_internal.claim('fresh') as c), null, 'no worker takes it before');
select sluice.reschedule('fresh', immediately => true);
select ok(bool_and(l.due_at <= clock_timestamp()), 'or until another schedule says how to go on')
from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'fresh' and l.state = 'active';

-- guards between full speed and hold

create table public.paced (id integer primary key);
select sluice.define('paced', 'public.paced', delete => true);
insert into sluice.schedule (migration) values ('paced');
update sluice.guard set enabled = name = 'connections';
create function pause_at(factor double precision) returns double precision language plpgsql as
$$
begin
  delete from sluice_internal.guard_reading;
  insert into sluice_internal.guard_reading (guard, target, value, factor, read_at)
  values ('connections', 'public.paced'::regclass, 0, factor, clock_timestamp());
  return (
    select (sluice_internal.pace_lane(l, m, p, 1000, 0.1)).pause
    from sluice_internal.lane l
    join sluice_internal.migration m on m.migration_id = l.migration_id and m.name = 'paced'
    cross join sluice.policy p);
end
$$;
update sluice_internal.lane set state = 'active';
select is(round(pause_at(1)::numeric, 3), 0.233, 'where guards let pass, the pause is as gentle as the policy says');
select is(round(pause_at(0.5)::numeric, 3), 0.567, 'a guard that allows half the speed doubles the time of a batch with its pause');
select is(round(pause_at(0.1)::numeric, 3), 3.233, 'and one that allows a tenth makes it ten times as long');

-- rates, which are for all lanes together

create function pause_by_rate() returns double precision language sql as
$$
  select max((sluice_internal.pace_lane(l, m, p, 1000, 0.1)).pause)
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id and m.name = 'paced'
  cross join sluice.policy p
$$;
delete from sluice_internal.guard_reading;
update sluice.schedule set max_rate = 100 where migration = 'paced';
select is(round(pause_by_rate()::numeric, 3), 9.900, 'a batch of a thousand rows lasts ten seconds, with its pause, at a hundred rows a second');
insert into sluice.window (name, opens, closes, time_zone, rate)
values ('always', '00:00', '24:00', 'UTC', 50), ('wide', '00:00', '24:00', 'UTC', 80), ('free', '00:00', '24:00', 'UTC', null);
update sluice.schedule set during = '{always}' where migration = 'paced';
select is(round(pause_by_rate()::numeric, 3), 19.900, 'the rate of its window counts where that is lower');
update sluice.schedule set during = '{always,wide}' where migration = 'paced';
select is(round(pause_by_rate()::numeric, 3), 12.400, 'of several windows that are open the highest rate');
update sluice.schedule set during = '{always,free}' where migration = 'paced';
select is(round(pause_by_rate()::numeric, 3), 9.900, 'and where one has none, its own');
insert into sluice_internal.lane (migration_id, relation, state, batch_size)
select l.migration_id, l.relation, 'active', 1000 from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'paced';
select is(round(pause_by_rate()::numeric, 3), 19.900, 'two lanes share it');
delete from sluice_internal.lane l where l.lane_id = (select max(n.lane_id) from sluice_internal.lane n);
update sluice.schedule set max_rate = null, during = '{}' where migration = 'paced';

-- hours in which rows are cheap, with a deadline

delete from sluice_internal.guard_reading;
update sluice.guard set enabled = false;
update sluice.schedule set starts_at = clock_timestamp(), deadline = clock_timestamp() + interval '1000 seconds' where migration = 'paced';
update sluice_internal.lane set state = 'active', rows_estimated = 200000, rows_visited = 100000, seconds_busy = 100;
create function share_worked(row_cost double precision) returns numeric language sql as
$$
  select round((1000 * row_cost / (1000 * row_cost
    + (sluice_internal.pace_lane(jsonb_populate_record(l, jsonb_build_object('seconds_per_row', row_cost)), m, p, 1000, 1000 * row_cost)).pause
  ))::numeric, 2)
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id and m.name = 'paced'
  cross join sluice.policy p
$$;

select is(share_worked(0.001), 0.13, 'with a deadline, work is the share of the time that the rows left need at their mean cost');
select is(share_worked(0.0005), 0.13, 'and the same share in hours in which they are cheap');
select is(share_worked(0.002), 0.25, 'but as much more as it takes where they are dear');

-- pending rows that lie together

update sluice_internal.migration set pending_estimated = 20000, rows_estimated = 200000 where name = 'paced';
select is(share_worked(0.001), 0.30, 'where most of the pending rows are still ahead, the walk does not use up the time for them');
update sluice_internal.lane set rows_changed = 10000;
select is(share_worked(0.001), 0.13, 'and where they lie evenly, it does');

-- what is left takes

create function seconds_left() returns numeric language sql as
$$
  select round((w.rows_left * w.seconds_per_row)::numeric, 1)
  from sluice_internal.migration m
  cross join lateral sluice_internal.work_left(m.migration_id) as w
  where m.name = 'paced'
$$;
update sluice_internal.lane l
set rows_estimated = 200000, rows_visited = 180000, rows_changed = 18000, seconds_per_row = 0.00001, seconds_per_change = 0.001
from sluice_internal.migration m
where m.migration_id = l.migration_id and m.name = 'paced';
select is(seconds_left(), 0.2, 'rows left cost what rows did of late, where pending rows lie evenly');
update sluice_internal.lane l set rows_changed = 1000 from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'paced';
select is(seconds_left(), 19.0, 'but where they are ahead, each of them what a change costs');
update sluice_internal.lane l set seconds_per_change = null from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'paced';
select is(seconds_left(), 0.2, 'what a change costs may not be known');
update sluice_internal.migration set planned_seconds_per_change = 0.002 where name = 'paced';
select is(seconds_left(), 38.0, 'or known from the probes of the plan');
update sluice_internal.lane l set rows_changed = 18000 from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'paced';
update sluice_internal.migration set pending = 'id > 0' where name = 'paced';
select is(seconds_left(), 0.4, 'verification takes a tenth of the rows at their cost');
update sluice_internal.migration set planned_proof = '2 seconds' where name = 'paced';
select is(seconds_left(), 4.2, 'or a sweep and a proof, where the plan knows how long such a query takes');

select * from finish();
