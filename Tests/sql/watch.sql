-- What people see: progress, the reason of every wait, what is stuck and what helps, guards, history, housekeeping.

select no_plan();

select sluice.grant_author('author'), sluice.grant_viewer('viewer'), sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author, sluice_owner;

-- Guards measure this, as a DBA's own guard might. It is the only one, lest the machine's own state decide.
set session authorization sluice_owner;
update sluice.guard set enabled = false;
create table load (value double precision);
insert into load values (0);
insert into sluice.guard (name, measure, unit, slow_at, hold_at, description)
values ('load', '(select value from public.load)', 'units', 10, 20, 'the load of the test');

-- The next claim reads guards again, as if a second had passed.
create procedure set_load(new_value double precision)
language sql
as $$
  update load set value = new_value;
  update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
$$;

set session authorization author;
create function raised_by(statement text, out message text, out detail text, out hint text)
language plpgsql
as $$
begin
  execute statement;
exception when others then
  get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
end
$$;
create table items (id integer primary key, size integer, weight integer);
insert into items (id, size) select i, i from generate_series(1, 10000) as i;
analyze items;

-- progress

select sluice.define('weights', 'items', pending => 'weight is null', set => 'weight = size', min_batch => 1000, max_batch => 1000);
select is((select p from sluice.progress('weights') as p), (select p from sluice.progress as p where p.name = 'weights'),
  'function and view say the same');
select throws_ok($$select sluice.progress('weight')$$, 'SL002', 'there is no migration "weight"', 'an unknown name is an error');
select results_eq($$select state, waiting_for, percent, rows_done from sluice.progress('weights')$$,
  $$values ('defined', 'its schedule: select * from sluice.schedule(''weights'');', 0.00, 0::bigint)$$,
  'a migration that was only defined waits for its schedule');
select is((select g.verdict from sluice.guards g where g.name = 'load'), 'not read yet', 'no batch has asked the guard so far');

set session authorization operator;
insert into sluice.schedule (migration) values ('weights');
set session authorization author;

create table seen (step integer generated always as identity, percent numeric, state text, rows_done bigint, rows_changed bigint);
create procedure watch_each_batch(name text)
language plpgsql
as $$
begin
  for attempt in 1 .. 5000 loop
    perform sluice_internal.run_one(watch_each_batch.name);
    commit;
    insert into seen (percent, state, rows_done, rows_changed)
    select p.percent, p.state, p.rows_done, p.rows_changed from sluice.progress(watch_each_batch.name) as p;
    commit;
    exit when sluice.finished(watch_each_batch.name);
    perform pg_sleep(0.005);
  end loop;
end
$$;
call watch_each_batch('weights');
select ok(sluice.finished('weights'), 'the migration finishes');
select is_empty($$select from seen s join seen t on t.step > s.step and t.percent < s.percent$$, 'percent never falls');
select ok((select count(distinct s.percent) >= 10 from seen s), 'and grows with each batch');
select is_empty($$select from seen s where (s.percent = 100) <> (s.state = 'finished')$$, 'it is 100 when finished, and only then');
select results_eq($$select distinct rows_changed = rows_done from seen where state = 'running'$$, array[true],
  'rows done and changed are counted with their batch');
select is((select sum(h.rows_changed) from sluice.history h where h.name = 'weights' and h.act = 'change'), 10000::bigint,
  'and the history has those of each batch');
select results_eq(
  $$select rows_done, rows_changed, rows_pending, verified_percent, verified_at between started_at and finished_at from sluice.progress('weights')$$,
  $$values (10000::bigint, 10000::bigint, 0::bigint, 100::numeric, true)$$, 'at the end all rows are done and verified');
select ok((select p.hot_share between 0 and 1 from sluice.progress('weights') as p), 'the share of HOT updates is known');
select is_empty($$select * from sluice.stuck$$, 'nothing is stuck');

update items set weight = null where id <= 3000;
select sluice.restart('weights');
select is((select p.rows_done from sluice.progress('weights') as p), 0::bigint, 'restart counts from the beginning');
call sluice.cleanup('weights');
select results_eq($$select rows_done, rows_changed, percent from sluice.progress('weights')$$,
  $$values (10000::bigint, 3000::bigint, 100::numeric)$$, 'the counts outlive the lanes, which cleanup removes');

create function plan_of(query text) returns text language plpgsql as $$
declare
  plan json;
begin
  execute 'explain (format json) ' || query into plan;
  return plan::text;
end
$$;
set session authorization sluice_owner;
select ok(public.plan_of('select * from sluice.progress') !~ '"Relation Name": "batch"', 'progress never reads the history');
set session authorization author;

-- waiting, with a reason

create table others (id integer primary key, done boolean);
insert into others select i, false from generate_series(1, 100) as i;
select sluice.define('second', 'others', pending => 'not done', set => 'done = true', after => '{first}') from (
  select sluice.define('first', 'items', pending => 'weight = 1', set => 'weight = 2') offset 0) as f;

set session authorization operator;
insert into sluice.window (name, days, opens, closes)
select 'never', array[extract(isodow from now() at time zone 'UTC' + interval '3 days')::integer], '01:00', '02:00';
insert into sluice.schedule (migration) values ('second');
select is((select p.waiting_for from sluice.progress('second') as p), 'after first (not scheduled), which must be finished first',
  'a migration waits for another');
select matches((select s.advice from sluice.stuck s where s.name = 'second'), 'call sluice.cleanup', 'and stuck says how to finish that');
insert into sluice.schedule (migration, starts_at) values ('first', now() + interval '1 hour');
select matches((select p.waiting_for from sluice.progress('first') as p), '^its start at ', 'one waits for its start');
select is_empty($$select from sluice.stuck where name = 'first'$$, 'and needs nobody');
select matches((select l.doing from sluice.lanes l where l.name = 'first'), '^waits for its start at ', 'its lane waits as well');
select sluice.pause('first');
select results_eq($$select doing from sluice.lanes where name = 'first'$$, array['rests: the migration is paused'],
  'that of a paused one rests');
select sluice.resume('first');
select throws_like($$select sluice.schedule('first')$$, 'permission denied%', 'an operator plans nothing');
set session authorization author;
select throws_ok($$select sluice.schedule('first')$$, 'SL006', 'cannot schedule migration "first": it is scheduled already',
  'what is scheduled is not scheduled again');
select results_eq($$select message, hint from public.raised_by('select sluice.forget(''first'')')$$,
  $$values ('cannot forget migration "first": it is scheduled', 'Cancel it first: select sluice.cancel(''first'');')$$,
  'nor forgotten, and the hint says what to do first');
set session authorization operator;
update sluice.schedule set starts_at = now() - interval '1 minute', during = '{never}' where migration = 'first';
select is((select p.waiting_for from sluice.progress('first') as p), 'window never to open', 'one waits for a window');
select matches((select s.advice from sluice.stuck s where s.name = 'first'), 'sluice\.reschedule\(''first'', during => ''{}''\)',
  'stuck says how to run at any time, by a verb that its author may call');
update sluice.schedule set during = '{}' where migration = 'first';
select is((select p.waiting_for from sluice.progress('first') as p), null, 'nothing is in the way once it is open');
select throws_ok($$update sluice.schedule set migration = 'weights' where migration = 'first'$$, 'SL009', null,
  'a schedule cannot be given to another migration');
select throws_ok($$insert into sluice.window (name, opens, closes, time_zone) values ('x', '1:00', '2:00', 'Mars')$$, '22023', null,
  'a window has a time zone that exists');

set session authorization sluice_owner;
update sluice_internal.lane set due_at = now() - interval '1 hour';
update sluice_internal.migration set scheduled_at = now() - interval '1 hour';
update sluice.schedule set scheduled_at = now() - interval '1 hour';
select is((select p.waiting_for from sluice.progress('first') as p), 'a worker: sluice run, or call sluice.work()',
  'a migration without a worker says so');
select matches((select s.advice from sluice.stuck s where s.name = 'first'), 'logged in as "author": sluice run',
  'and as whom to start one');
set session authorization author;
select sluice.define('by_hand', 'others', pending => 'not done', set => 'done = true');
set session authorization sluice_owner;
update sluice_internal.migration set kind = 'handler', handler = 'resize' where name = 'by_hand';
insert into sluice.schedule (migration) values ('by_hand');
update sluice_internal.migration set scheduled_at = now() - interval '1 hour';
update sluice.schedule set scheduled_at = now() - interval '1 hour';
update sluice_internal.lane set due_at = now() - interval '1 hour';
select is((select p.waiting_for from sluice.progress('by_hand') as p), 'a worker: a driver with the handler resize',
  'one that needs a handler names it');
select sluice.cancel('by_hand');

-- guards

call set_load(25);
set session authorization author;
select is((select c.lane_id from sluice_internal.claim('first') as c), null, 'a guard keeps even the first batch back');
select is((select p.waiting_for from sluice.progress('first') as p),
  'guard load: the load of the test is 25.00 units, holding at 20', 'with its reading as the reason');
select matches((select s.advice from sluice.stuck s where s.name = 'first'), 'sluice.guards where name = ''load''', 'and advice');
select is((select g.verdict from sluice.guards g where g.name = 'load' limit 1), 'holds', 'the view of guards says so too');
select is((select count(*) from sluice.events e where e.kind = 'guard_holds'), 1::bigint, 'an event tells when it began');
select is((select c.reason from sluice_internal.claim('first') as c),
  'first waits for guard load: the load of the test is 25.00 units, holding at 20', 'the worker is told');
set session authorization sluice_owner;
call set_load(12.5);
set session authorization author;
select is((select c.reason from sluice_internal.claim('first') as c), 'first goes on', 'the guard is read while it holds, and lets go');
select sluice_internal.run_one('first');
select ok((select l.pause > interval '0' from sluice.lanes l where l.name = 'first'), 'between its thresholds it slows the work');
select is((select g.verdict from sluice.guards g where g.name = 'load' limit 1), 'slows to 75 %', 'in proportion');
set session authorization sluice_owner;
update sluice.guard set measure = '(select 1 / value::integer from public.load)' where name = 'load';
update load set value = 0;
update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
select sluice_internal.read_guards('public.items'::regclass);
update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
select sluice_internal.read_guards('public.items'::regclass);
select is((select count(*) from sluice.events e where e.kind = 'guard_failed'), 1::bigint,
  'a guard that cannot be read leaves one event, not one a second');
select is(sluice_internal.guard_factor('public.items'::regclass), 1::double precision, 'and holds nothing');
update sluice.guard set enabled = name <> 'load';
select sluice_internal.read_guards('public.items'::regclass);
select is_empty($$select g.guard, g.error from sluice_internal.guard_reading g where g.error is not null and g.guard <> 'load'$$,
  'a plain role can read all guards that come with Sluice');
select results_eq($$select name from sluice.guard where not enabled order by name$$, array['load'], 'all of them were tried');
update sluice.guard set enabled = false;
set session authorization author;
call sluice.cleanup('first');
select ok(sluice.finished('first'), 'and the migration goes on');

-- failing

create table texts (id integer primary key, raw text, value integer);
insert into texts select i, case i when 7 then 'seven' else i::text end from generate_series(1, 50) as i;
select sluice.define('numbers', 'texts', pending => 'value is null', set => 'value = raw::integer');
set session authorization operator;
insert into sluice.schedule (migration, immediately) values ('numbers', true);
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'numbers', until_idle => true);
select results_eq($$select state, rows_quarantined from sluice.progress('numbers')$$, $$values ('failed', 1::bigint)$$,
  'a row that cannot be migrated is put aside');
select results_eq($$select problem from sluice.stuck where name = 'numbers' order by problem$$, array['failed', 'quarantined'],
  'stuck tells both');
select matches((select string_agg(s.advice, ' ') from sluice.stuck s where s.name = 'numbers'),
  'sluice\.retry\(''numbers''\).*sluice\.accept_remaining\(''numbers''\)', 'and what helps');
select results_eq($$select key, sqlstate from sluice.quarantined where name = 'numbers'$$, $$values ('{7}'::text[], '22P02')$$,
  'the row is named by its key');
select throws_ok($$select sluice.assert_finished('numbers')$$, 'SL020', 'migration "numbers" is not finished: it is failed',
  'a deploy that depends on it is stopped');
select results_eq($$select detail ~ '% are done; 1 row\(s\) are quarantined\. The reason: ' and detail !~ '0 rows', hint
    from raised_by('select sluice.assert_finished(''numbers'')')$$,
  $$values (true, 'Mend the rows that sluice.quarantined names, then: select sluice.retry(''numbers''); '
    'or leave them as they are: select sluice.accept_remaining(''numbers'');')$$, 'and hears of the row that was put aside');
select sluice.accept_remaining('numbers');
select is_empty($$select * from sluice.stuck where name = 'numbers'$$, 'what was accepted is not stuck');
select is((select p.rows_pending from sluice.progress('numbers') as p), 1::bigint, 'but still counted');

alter table items add column height integer;
select sluice.define('heights', 'items', pending => 'height is null', set => 'height = size');
set session authorization operator;
insert into sluice.schedule (migration, immediately) values ('heights', true);
set session authorization author;
alter table items drop column height;
call sluice.work(lasting => '10 minutes', only_migration => 'heights', until_idle => true);
select results_eq($$select state, waiting_for ~ 'height' from sluice.progress('heights')$$, $$values ('paused', true)$$,
  'a broken definition pauses, with the reason');
select results_eq($$select problem, advice from sluice.stuck where name = 'heights'$$,
  $$values ('paused', 'Perhaps you meant to reference the column "items.weight". Mend the cause, then: select sluice.resume(''heights'');')$$,
  'stuck says what to call, behind PostgreSQL''s own hint');
select sluice.cancel('heights');

create table moved (id integer primary key, n integer);
insert into moved select i from generate_series(1, 10) as i;
select sluice.define('moved', 'moved', pending => 'n is null', set => 'n = 1');
set session authorization operator;
insert into sluice.schedule (migration, immediately) values ('moved', true);
set session authorization author;
alter table moved rename to moved_away;
create table moved (like moved_away including all);
call sluice.work(lasting => '10 minutes', only_migration => 'moved', until_idle => true);
select results_eq($$select problem, advice from sluice.stuck where name = 'moved'$$,
  $$values ('paused', 'Name it as before and resume; or cancel, forget, and define the migration anew. '
    'Mend the cause, then: select sluice.resume(''moved'');')$$, 'the advice begins with the hint of the error, where it has one');
select sluice.cancel('moved');

set session authorization sluice_owner;
update sluice_internal.lane l set state = 'active', attempts = 4, failed_at = now(), error_message = 'canceling statement due to lock timeout',
  due_at = now() + interval '1 hour'
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'second';
set session authorization author;
select matches((select p.waiting_for from sluice.progress('second') as p),
  '^its next attempt at .*: canceling statement due to lock timeout', 'a range that backs off says until when, and why');
select results_eq($$select problem from sluice.stuck where name = 'second' order by problem$$, array['backing_off', 'waits'],
  'long back-off needs a person');
set session authorization sluice_owner;
update sluice_internal.lane l set attempts = 0, due_at = now() from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'second';

-- a copy

update sluice_internal.installation set system_identifier = system_identifier + 1;
select results_eq($$select problem, advice from sluice.stuck where name is null$$,
  $$values ('not_adopted', 'If it is to run them, as "sluice_owner", who owns schema sluice: select sluice.adopt();')$$, 'a copied database says what to do');
set session authorization author;
select results_eq($$select c.lane_id, c.reason from sluice_internal.claim('second') as c$$,
  $$values (null::bigint, 'second waits for the adoption of this database, which is a copy: '
    'as "sluice_owner", who owns schema sluice: select sluice.adopt();')$$, 'no worker gets a lane in it, and is told why');
select throws_ok($$select sluice_internal.begin_cleanup('second')$$, 'SL012', null, 'nor does cleanup begin');
reset session authorization;
update sluice_internal.installation set system_identifier = system_identifier - 1;

-- who sees what

set session authorization author;
begin;
select is((select c.migration from sluice_internal.claim('second') as c), 'second', 'a worker claims a lane');
select results_eq($$select a.name, a.lane_id, a.pid from sluice.activity a$$,
  $$select 'second', l.lane_id, pg_backend_pid() from sluice.lanes l where l.name = 'second'$$, 'activity shows which backend has it');
rollback;
select is_empty('select * from sluice.activity', 'and nothing once it has ended');
select is((select l.cursor from sluice.lanes l where l.name = 'heights' limit 1), null, 'a lane that did nothing has no cursor');
select ok(exists (select from sluice.history h where h.name = 'numbers' and h.upper is not null and h.sqlstate = '22P02'),
  'the owner sees keys in the history');
set session authorization viewer;
select ok(not exists (select from sluice.history h where h.lower is not null or h.upper is not null or h.detail is not null),
  'a viewer who may not read the tables sees no keys there');
select ok(not exists (select from sluice.lanes l where l.cursor is not null), 'nor in lanes');
select ok(not exists (select from sluice.quarantined q where q.key is not null or q.detail is not null), 'nor in quarantine');
select ok((select count(*) >= 5 from sluice.progress), 'but all migrations');
select ok((select d.definition ->> 'set' = 'value = raw::integer' from sluice.definitions d where d.name = 'numbers'),
  'and what they are defined to do');
select ok((select count(*) > 0 from sluice.events e where e.name = 'numbers' and e.kind = 'state'), 'and what happened to them');

-- history is pruned in small steps

set session authorization sluice_owner;
insert into sluice_internal.batch (migration_id, lane_id, act, backend_pid, started_at, finished_at, outcome)
select 0, 0, 'change', 0, now() - interval '60 days', now() - interval '60 days', 'done' from generate_series(1, 12000);
update sluice_internal.batch set batch_id = default where migration_id > 0;
update sluice_internal.event set happened_at = now() - interval '60 days' where event_id = (select min(event_id) from sluice_internal.event);
set session authorization author;
select is(sluice_internal.keep_house(), 5001::bigint, 'housekeeping prunes some thousand rows at a time');
select is(sluice_internal.keep_house(), 5000::bigint, 'and goes on with the next call');
select is(sluice_internal.keep_house(), 2000::bigint, 'until nothing old is left');
select is(sluice_internal.keep_house(), 0::bigint, 'what is young stays');
select ok((select count(*) > 10 from sluice.history), 'in the history');

-- deadlines

set session authorization sluice_owner;
update sluice.schedule set deadline = now() + interval '1 hour', starts_at = now() - interval '1 minute' where migration = 'second';
select is((select p.on_track from sluice.progress('second') as p), true, 'a migration that can meet its deadline is on track');
update sluice_internal.lane l set seconds_per_row = 3600, rows_per_second = 0.0003
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'second';
select results_eq($$select on_track, late_by > interval '1 hour' from sluice.progress('second')$$, $$values (false, true)$$,
  'one that cannot says by how much it will be late');
set session authorization author;
listen sluice;
select sluice_internal.keep_house(), sluice_internal.keep_house();
select is((select count(*) from sluice.events e where e.name = 'second' and e.kind = 'deadline_at_risk'), 1::bigint,
  'housekeeping announces it, once');
select results_eq($$select problem from sluice.stuck where name = 'second' and problem like 'deadline%'$$, array['deadline_at_risk'],
  'stuck has it');
select matches((select s.advice from sluice.stuck s where s.name = 'second' and s.problem = 'deadline_at_risk'),
  '^Give it time: select \* from sluice\.reschedule\(''second'', within => ''[^'']+''\); or workers, if the server has processors for them: select \* from sluice\.reschedule\(''second'', workers => 2\); and a driver for the new ones: sluice run --workers 2$',
  'and advises workers where its rows are what takes the time');
set session authorization sluice_owner;
update sluice_internal.lane l set seconds_per_row = 0.0001, rows_per_second = 10000
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'second';
set session authorization author;
select sluice_internal.keep_house();
select is((select count(*) from sluice.events e where e.name = 'second' and e.kind = 'deadline_safe'), 1::bigint,
  'and that it is safe again');

-- a deadline that a rate keeps from being met

select sluice.throttle('second', 0.001);
select matches((select s.advice from sluice.stuck s where s.name = 'second' and s.problem = 'deadline_at_risk'),
  '^Lift its max_rate, 0.001 rows a second for all workers together: select sluice\.throttle\(''second'', null\); or give it time: ',
  'a rate that makes it late is named, and workers, which could not help, are not advised');
select results_eq(
  $$select message, detail ~ '^\d+ rows; max_rate, 0.001 rows a second for all workers together, takes .* and there are only ',
      hint ~ '^Lift the limit: select sluice\.throttle\(''second'', null\); or give it a deadline', hint ~ 'workers'
    from raised_by($r$select sluice.reschedule('second', within => '1 hour')$r$)$$,
  $$values ('deadline of migration "second" cannot be met', true, true, false)$$, 'so does the error of reschedule()');
select lives_ok(
  (select (regexp_match(s.advice, 'select \* from sluice.reschedule.*$'))[1] from sluice.stuck s
    where s.name = 'second' and s.problem = 'deadline_at_risk'), 'the time that is advised suffices');
select is_empty($$select from sluice.stuck where name = 'second' and problem = 'deadline_at_risk'$$, 'and then it is on track');
select sluice.throttle('second', null);

-- errors

set session authorization viewer;
select results_eq(
  $$
    select distinct m.code[1] collate "C"
    from pg_proc p
    cross join regexp_matches(p.prosrc, 'SL\d\d\d', 'g') as m (code)
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname <> 'errors'
    order by 1
  $$,
  $$select e.sqlstate collate "C" from sluice.errors() as e where e.sqlstate not like 'SL03_' order by 1$$,
  'every SQLSTATE that is raised is in the list of errors, and the other way round; SL03x are the driver''s');
select is_empty($$select from sluice.errors() as e where e.name !~ '^[a-z_]+$' or e.meaning is null or e.what_to_do is null$$,
  'each with its meaning, and what to do');

select * from finish();
