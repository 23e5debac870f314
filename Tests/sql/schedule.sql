-- schedule(), reschedule(), forecast() and the open time of windows.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
select sluice.grant_operator('operator');
insert into sluice.window (name, opens, closes) values ('nights', '22:00', '06:00'), ('noon', '12:00', '13:00');
insert into sluice.window (name, days, opens, closes, time_zone, rate)
values ('berlin', '{6,7}', '08:00', '10:00', 'Europe/Berlin', 10);
reset role;
grant create on schema public to author;

-- Open time
select results_eq(
  $$ select span from sluice_internal.open_spans('{nights,noon}', '2026-01-05 00:00+00', '2026-01-06 00:00+00') as s (span) order by 1 $$,
  $$ values ('[2026-01-05 00:00+00,2026-01-05 06:00+00)'::tstzrange), ('[2026-01-05 12:00+00,2026-01-05 13:00+00)'),
     ('[2026-01-05 22:00+00,2026-01-06 00:00+00)') $$,
  'windows past midnight open in the evening and in the morning');
select is(sluice_internal.open_seconds('{nights,noon}', '2026-01-05 00:00+00', '2026-01-12 00:00+00'), 9.0 * 3600 * 7::double precision,
  'a week has its open hours');
select is(sluice_internal.open_seconds('{berlin}', '2026-01-05 00:00+00', '2026-01-12 00:00+00'), 2.0 * 3600 * 2::double precision,
  'a window of two days a week is open on these');
select is(sluice_internal.open_until('{nights}', '2026-01-05 00:00+00', 8 * 3600), '2026-01-05 24:00+00'::timestamptz,
  'open time is walked forward through the gaps');
select is(sluice_internal.open_until('{noon}', '2026-01-05 00:00+00', 3600 * 701), '2026-01-05 13:00+00'::timestamptz + interval '700 days',
  'for years too');
select is(sluice_internal.open_until('{}', '2026-01-05 00:00+00', 90), '2026-01-05 00:01:30+00'::timestamptz, 'no windows: any time');
select is(sluice_internal.open_until('{unknown}', '2026-01-05 00:00+00', 90), 'infinity'::timestamptz, 'never open: infinity');
select is(
  sluice_internal.open_seconds('{berlin}', '2026-03-28 00:00+00', '2026-03-30 00:00+00'), (4 * 3600)::double precision,
  'a change to summer time does not change how long a window is open');

-- Scheduling
set session authorization author;
set client_min_messages to warning;
create table item (id integer primary key, a integer, b integer);
insert into item select i, i from generate_series(1, 20000) as i;
analyze item;
select sluice.define('item', 'item', pending => 'b is null', set => 'b = a', min_batch => 10, max_batch => 500);

select throws_ok($$ select sluice.schedule('unknown') $$, 'SL002', null, 'an unknown name is refused');
select throws_ok($$ select sluice.schedule('item', within => '0') $$, 'SL009', null, 'a deadline of no time is refused');
select throws_ok($$ select sluice.schedule('item', within => '-1 day') $$, 'SL009', null, 'a negative one too');
select throws_ok($$ select sluice.schedule('item', within => '1 hour', starting => now() - interval '2 hours') $$, 'SL009', null,
  'a deadline in the past is refused');
select throws_ok($$ select sluice.schedule('item', workers => 0) $$, 'SL009', null, 'no workers are refused');
select throws_ok($$ select sluice.schedule('item', workers => null) $$, 'SL009', null, 'null workers are refused');
select throws_ok($$ select sluice.schedule('item', priority => 101) $$, 'SL009', null, 'a priority out of range is refused');
select throws_ok($$ select sluice.schedule('item', during => '{unknown}') $$, 'SL009', null, 'an unknown window is refused');
select throws_ok($$ select sluice.schedule('item', within => '1 hour', during => '{noon}', starting => '2126-01-05 14:00+00') $$,
  'SL009', null, 'a window that never opens before the deadline is refused');
select throws_ok($$ select sluice.schedule('item', within => '20 milliseconds') $$, 'SL010', null,
  'a deadline that cannot be met is refused');
select throws_ok($$ select sluice.schedule('item', within => '1 minute', during => '{berlin}', starting => '2126-01-07 08:00+01') $$,
  'SL009', null, 'days on which a window stays closed count');
reset session authorization;
select is((select count(*) from sluice.schedule) + (select count(*) from sluice_internal.lane) + (select count(*) from sluice_internal.event where kind = 'state' and new_state <> 'defined'),
  0::bigint, 'a refused schedule writes nothing');
set session authorization author;

create procedure follow_hint() language plpgsql as $$
declare
  advice text;
  within interval;
begin
  perform sluice.schedule('item', within => '20 milliseconds');
exception when sqlstate 'SL010' then
  get stacked diagnostics advice = pg_exception_hint;
  within := substring(advice from 'within => ''([^'']+)''')::interval;
  perform sluice.schedule('item', within => within);
end $$;
select lives_ok('call follow_hint()', 'the deadline that the hint of SL010 names is accepted');
select throws_ok($$ select sluice.schedule('item') $$, 'SL006', null, 'scheduling twice is refused');
select ok((select sluice_internal.forecast(m.migration_id) between now() and now() + interval '1 minute'
  from sluice_internal.find_definition('item') as m), 'the forecast of a scheduled migration is its plan');

select is((select priority from sluice.reschedule('item', priority => 7)), 7, 'only what is given is changed');
select ok((select workers = 1 and deadline is not null and during = '{}' from sluice.reschedule('item')), 'the rest stays');
select throws_ok($$ select sluice.reschedule('item', within => '20 milliseconds') $$, 'SL010', null,
  'a new deadline that cannot be met is refused');
select throws_ok($$ select sluice.reschedule('item', within => '0') $$, 'SL009', null, 'so is none at all');
select throws_ok($$ select sluice.reschedule('item', workers => 100) $$, 'SL009', null, 'and too many workers');
select throws_ok($$ select sluice.reschedule('item', starting => now() + interval '1 day') $$, 'SL009', null,
  'a start behind the deadline is refused');
select ok((select deadline between now() + interval '1 hour' and now() + interval '61 minutes' and workers = 3
  from sluice.reschedule('item', within => '1 hour', workers => 3)), 'a new deadline counts from now');
select ok((select deadline - starts_at = '2 hours' and starts_at > now() + interval '59 minutes'
  from sluice.reschedule('item', within => '2 hours', starting => now() + interval '1 hour')), 'or from its start');
select sluice.pause('item');
select lives_ok($$ select sluice.reschedule('item', priority => 1) $$, 'a paused migration can be rescheduled');
select is((select state from sluice.progress('item')), 'paused', 'and stays paused');
reset session authorization;
set session authorization operator;
select lives_ok($$ select sluice.reschedule('item', priority => 2) $$, 'an operator reschedules any migration');
select throws_ok($$ select sluice.schedule('item') $$, '42501', null, 'but cannot plan it: that runs its owner''s SQL');
reset session authorization;
set session authorization author;
select sluice.cancel('item');
select throws_ok($$ select sluice.reschedule('item') $$, 'SL006', null, 'a cancelled migration has no schedule to change');

-- Cancelled and scheduled again
select ok((select full_speed = planned and pause = '0' from sluice.schedule('item', immediately => true)), 'immediately means without pauses');
create procedure some_batches() language plpgsql as $$
begin
  for i in 1 .. 3 loop
    perform sluice_internal.run_one('item');
    commit;
  end loop;
  perform sluice.cancel('item');
  commit;
end $$;
call some_batches();
create table done_before as select count(*) as rows from item where b is not null;
select ok((select rows between 1 and 19999 from done_before), 'some rows were done before it was cancelled');
select ok((select how_estimated ~ 'less what was done before' and array_to_string(notes, ' ') ~ 'its own batches'
  from sluice.plan('item')), 'the plan is for the rest, at the cost of real batches');
begin;
update item set b = a where b is null and id % 2 = 0;
select ok((select p.pending_estimated between 0.9 * i.pending and 1.1 * i.pending
    from sluice.plan('item') as p, (select count(*) as pending from item where b is null) as i),
  'which is as much as is pending, also where others have done some of it');
rollback;
select ok((select feasible from sluice.schedule('item', within => '1 hour')), 'a cancelled migration can be scheduled again');
select ok((select p.rows_pending between 0.8 * i.pending and 1.2 * i.pending
    from sluice.progress('item') as p, (select count(*) as pending from item where b is null) as i),
  'and progress knows how many rows are left');
reset session authorization;
select ok((select sum(rows_changed) = d.rows from sluice_internal.lane, done_before d group by d.rows), 'and goes on where it was');
select ok((select sluice_internal.forecast(m.migration_id) between now() + interval '45 minutes' and now() + interval '50 minutes'
  from sluice_internal.find_definition('item') as m), 'a deadline is forecast to be met at 80 % of its time');
select ok((select p.earliest < p.forecast and p.forecast < p.latest and p.latest < p.deadline from sluice.progress('item') as p),
  'with a range around it that ends before the deadline');
create table narrow as select p.earliest, p.latest from sluice.progress('item') as p;
begin;
update sluice_internal.lane l set seconds_per_row = 0.1, cost_variance = 0.05 * 0.05
where l.migration_id = (select m.migration_id from sluice_internal.find_definition('item') as m);
select ok((select p.latest > n.latest and p.latest > p.forecast from sluice.progress('item') as p, narrow as n),
  'which is wider when batches cost more, and differ');
rollback;

-- Stripes of the plan, and without one
set session authorization author;
create table packed (id integer primary key, a integer, b integer, filler char(84));
insert into packed select i, i, null, '' from generate_series(1, 60000) as i;
analyze packed;
select sluice.define('packed', 'packed', pending => 'b is null', set => 'b = a');
select sluice.schedule('packed', within => '1 day');
reset session authorization;
select results_eq(
  $$ select l.stripes::integer, l.batch_size = m.planned_batch, m.planned_seconds_per_row > 0,
       m.planned_seconds_per_change > 1e-9, m.planned_proof > '0'
     from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'packed' $$,
  $$ values (8, true, true, true, true) $$,
  'the lanes are as planned');
set session authorization author;
create table unmet (id integer primary key, b integer);
insert into unmet select i, 1 from generate_series(1, 60100) as i;
analyze unmet;
select sluice.define('unmet', 'unmet', pending => 'b is null', set => 'b = 1', proof => 'ranges');
select sluice.schedule('unmet', within => '1 day');
reset session authorization;
select results_eq(
  $$ select m.planned_seconds_per_change, m.planned_proof from sluice_internal.migration m where m.name = 'unmet' $$,
  $$ values (null::double precision, null::interval) $$,
  'what was not measured is not known, and not nothing');
set session authorization author;
select sluice.cancel('unmet');
create table plain (id integer primary key, b integer);
select sluice.define('plain', 'plain', pending => 'b is null', set => 'b = 1');
reset session authorization;
set session authorization operator;
select lives_ok($$ insert into sluice.schedule (migration, deadline) values ('plain', now() + interval '1 hour') $$,
  'a plain INSERT schedules without a plan');
reset session authorization;
select is((select l.stripes::integer from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'plain'), 1,
  'and walks by key');

insert into sluice.window (name, opens, closes, time_zone)
select 'later', (now() at time zone 'UTC' + interval '2 hours')::time, (now() at time zone 'UTC' + interval '5 hours')::time, 'UTC';
set session authorization author;
select sluice.cancel('plain');
insert into plain select i from generate_series(1, 1000) as i;
select count(*) from sluice.schedule('plain', during => '{later}');
select ok(forecast between now() + interval '119 minutes' and now() + interval '5 hours', 'a forecast is in the time of its window')
from sluice.progress('plain');
select sluice.cancel('plain');
reset session authorization;

set session authorization author;
select sluice.reschedule('item', within => '2 minutes');
update item set b = a;
call sluice.cleanup('item', '1 minute');
select is((select sluice_internal.forecast(m.migration_id) from sluice_internal.find_definition('item') as m),
  (select finished_at from sluice.progress where name = 'item'), 'the forecast of what is done is when it was done');

-- One that must wait for another

create table first_item (id integer primary key, b integer);
insert into first_item select i from generate_series(1, 20000) as i;
analyze first_item;
select sluice.define('early', 'first_item', pending => 'b is null', set => 'b = 1', max_batch => 100);
select sluice.define('late', 'first_item', pending => 'b = 1', set => 'b = 2', after => '{early}');
select sluice.define('last', 'first_item', pending => 'b = 2', set => 'b = 3', after => '{late}');
select ok((select feasible and array_to_string(notes, ' ') ~ 'nobody knows when it begins, after early \(not scheduled\), which must be finished first'
  from sluice.plan('late', within => '1 hour')), 'while nobody knows when the other is done, the plan says so');
select count(*) from sluice.schedule('early', within => '2 hours');
select throws_ok($$select sluice.schedule('late', within => '1 hour')$$, 'SL010', null,
  'a deadline before the other is expected to be done is refused');
create function refusal() returns text language plpgsql as $$
declare
  told text;
begin
  perform sluice.schedule('late', within => '1 hour');
exception when sqlstate 'SL010' then
  get stacked diagnostics told = pg_exception_detail;
  return told;
end $$;
select matches(refusal(), 'it begins when those are done that must be finished first, about ', 'and the refusal says why');
select ok((select shortest_deadline between '90 minutes' and '2 hours' from sluice.plan('late', within => '1 hour')),
  'with a deadline that can be met, after the other''s');
select count(*) from sluice.schedule('late', within => '3 hours') union all select count(*) from sluice.schedule('last');
select ok((select l.forecast > e.forecast and l.on_track and t.forecast > l.forecast
  from sluice.progress('early') e, sluice.progress('late') l, sluice.progress('last') t), 'a forecast lies behind those before it');
select sluice.reschedule('early', within => '5 hours');
select ok((select forecast > now() + interval '3 hours' and not on_track from sluice.progress('late')),
  'and is late when one before it will be');
select matches((select advice from sluice.stuck where name = 'late' and problem = 'deadline_at_risk'),
  '^It runs after early, which must be finished first: see to that, or give this one time: ', 'against which workers would not help');
select sluice.pause('early');
select ok((select forecast is null and on_track is null and waiting_for = 'after early (paused), which must be finished first' from sluice.progress('late')),
  'of one that waits for a paused one nobody knows when it will be done');
select sluice.cancel('early');
select sluice.forget('early');
select throws_ok($$select sluice.define('early', 'first_item', pending => 'b is null', set => 'b = 1', after => '{last}')$$, 'SL001', null,
  'migrations that would wait for each other are refused');
select ok((select waiting_for = 'after early (forgotten), which must be finished first' from sluice.progress('late')),
  'one that is gone is named');

select * from finish();
