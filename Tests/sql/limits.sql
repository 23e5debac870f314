-- What a person may write into schedules, windows, guards and the policy, and what becomes of it: no value breaks a view, a claim or
-- the maintenance of others.

select no_plan();

select sluice.grant_author('author'), sluice.grant_viewer('viewer'), sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;

create function refusal(statement text) returns text language plpgsql as $$
declare
  violated text;
  said text;
  advice text;
begin
  execute statement;
  return 'accepted';
exception when others then
  get stacked diagnostics violated = constraint_name, said = message_text, advice = pg_exception_hint;
  return case when sqlstate = '23514' then violated else format('%s%s', sqlstate, case when advice = '' then ', without a hint' end) end;
end
$$;

set session authorization author;
create table items (id integer primary key, size integer);
insert into items select i from generate_series(1, 20000) as i;
analyze items;
select sluice.define('first', 'items', pending => 'size is null', set => 'size = 1', max_batch => 1000);
select sluice.define('second', 'items', pending => 'size is null', set => 'size = 2', max_batch => 1000);
select from sluice.schedule('first');
select from sluice.schedule('second');

-- Tables that a DBA edits: each bound is a constraint with a name that says it.
set session authorization operator;
insert into sluice.window (name, opens, closes) values ('nights', '22:00', '06:00');
select is(refusal(format('update sluice.%s where %s', t.statement, coalesce(t.rows, 'true'))), t.refused_by, t.statement)
from (values
  ('schedule set max_rate = ''NaN''', null, 'max_rate_between_a_thousandth_and_a_billion'),
  ('schedule set max_rate = ''infinity''', null, 'max_rate_between_a_thousandth_and_a_billion'),
  ('schedule set max_rate = 1e-300', null, 'max_rate_between_a_thousandth_and_a_billion'),
  ('schedule set max_rate = 0', null, 'max_rate_between_a_thousandth_and_a_billion'),
  ('schedule set max_rate = -1', null, 'max_rate_between_a_thousandth_and_a_billion'),
  ('schedule set deadline = ''infinity''', null, 'deadline_within_ten_years_of_start'),
  ('schedule set deadline = ''294000-01-01''', null, 'deadline_within_ten_years_of_start'),
  ('schedule set deadline = ''-infinity''', null, 'deadline_after_start'),
  ('schedule set deadline = ''4713-01-01 BC''', null, 'deadline_after_start'),
  ('schedule set starts_at = ''-infinity''', null, 'starts_at_between_1970_and_2200'),
  ('schedule set starts_at = ''4713-01-01 BC''', null, 'starts_at_between_1970_and_2200'),
  ('schedule set starts_at = ''infinity''', null, 'starts_at_between_1970_and_2200'),
  ('schedule set starts_at = ''2199-01-01''', null, 'starts_within_ten_years'),
  ('window set rate = ''NaN''', null, 'rate_between_a_thousandth_and_a_billion'),
  ('window set rate = 1e-300', null, 'rate_between_a_thousandth_and_a_billion'),
  ('guard set slow_at = ''NaN''', null, 'hold_at_not_below_slow_at'),
  ('guard set hold_at = ''NaN''', null, 'thresholds_between_minus_1e15_and_1e15'),
  ('guard set slow_at = ''NaN'', hold_at = ''NaN''', null, 'thresholds_between_minus_1e15_and_1e15'),
  ('guard set hold_at = ''infinity''', null, 'thresholds_between_minus_1e15_and_1e15'),
  ('guard set slow_at = ''-infinity''', null, 'thresholds_between_minus_1e15_and_1e15'),
  ('guard set slow_at = -1e308, hold_at = 1.7e308', null, 'thresholds_between_minus_1e15_and_1e15'),
  ('policy set lock_timeout = ''1 microsecond''', null, 'lock_timeout_between_1_ms_and_1_hour'),
  ('policy set lock_timeout = ''25 days''', null, 'lock_timeout_between_1_ms_and_1_hour'),
  ('policy set statement_timeout = ''400 microseconds''', null, 'statement_timeout_between_1_ms_and_1_day'),
  ('policy set statement_timeout = ''25 days''', null, 'statement_timeout_between_1_ms_and_1_day'),
  ('policy set batch_time = ''1 month''', null, 'batch_time_between_1_ms_and_1_hour'),
  ('policy set batch_time = ''1 microsecond''', null, 'batch_time_between_1_ms_and_1_hour'),
  ('policy set poll_interval = ''100000000 years''', null, 'poll_interval_between_1_ms_and_1_hour'),
  ('policy set poll_interval = ''1 microsecond''', null, 'poll_interval_between_1_ms_and_1_hour'),
  ('policy set first_retry_after = ''1 microsecond''', null, 'retries_between_1_ms_and_1_day'),
  ('policy set last_retry_after = ''1 year''', null, 'retries_between_1_ms_and_1_day'),
  ('policy set history_kept_for = ''10000 years''', null, 'history_kept_between_1_second_and_100_years'),
  ('policy set gentle_share = 1e-300', null, 'gentle_share_between_0_001_and_1'),
  ('policy set gentle_share = ''NaN''', null, 'gentle_share_between_0_001_and_1'),
  ('policy set deadline_share = 1e-300', null, 'deadline_share_between_0_01_and_1'),
  ('policy set deadline_share = ''NaN''', null, 'deadline_share_between_0_01_and_1'),
  ('policy set max_batch = 2147483647', null, 'max_batch_at_most_100_million'),
  ('policy set max_failed = ''NaN''', null, 'max_failed_is_a_share'),
  ('policy set vacuum_share = ''NaN''', null, 'vacuum_share_is_a_share')
) as t (statement, rows, refused_by);
select is(refusal($$update sluice.policy set lock_timeout = '1 ms', statement_timeout = '1 ms'; update sluice.policy
  set lock_timeout = default, statement_timeout = default$$), 'accepted', 'a millisecond is a timeout');

-- Verbs: SL009, with a hint.
set session authorization author;
select is(refusal('select ' || t.call), t.sqlstate, t.call)
from (values
  ('sluice.throttle(''first'', ''NaN'')', 'SL009'),
  ('sluice.throttle(''first'', ''infinity'')', 'SL009'),
  ('sluice.throttle(''first'', 1e-300)', 'SL009'),
  ('sluice.throttle(''first'', 0)', 'SL009'),
  ('sluice.throttle(''first'', -5)', 'SL009'),
  ('sluice.reschedule(''first'', within => ''3000 years'')', 'SL009'),
  ('sluice.reschedule(''first'', within => ''170000000 years'')', 'SL009'),
  ('sluice.reschedule(''first'', within => ''-1 second'')', 'SL009'),
  ('sluice.reschedule(''first'', starting => ''infinity'')', 'SL009'),
  ('sluice.reschedule(''first'', starting => ''-infinity'')', 'SL009'),
  ('sluice.reschedule(''first'', starting => ''4713-01-01 BC'')', 'SL009'),
  ('sluice.reschedule(''first'', starting => ''2199-01-01'')', 'SL009'),
  ('sluice.plan(''first'', within => ''3000 years'')', 'SL009'),
  ('sluice.define(''third'', ''items'', pending => ''size is null'', set => ''size = 1'', batch_time => ''1 microsecond'')', 'SL001'),
  ('sluice.define(''third'', ''items'', pending => ''size is null'', set => ''size = 1'', batch_time => ''100 years'')', 'SL001'),
  ('sluice.define(''third'', ''items'', pending => ''size is null'', set => ''size = 1'', max_failed => ''NaN'')', 'SL001'),
  ('sluice.define(''third'', ''items'', pending => ''size is null'', set => ''size = 1'', max_batch => 2147483647)', 'SL001'),
  ('sluice.define(''third'', ''items'', pending => ''size is null'', set => ''size = 1'', min_batch => 2147483647)', 'SL001')
) as t (call, sqlstate);

-- A window in use stays.
set session authorization operator;
insert into sluice.window (name, opens, closes) values ('lunch', '12:00', '12:30'), ('lunch', '13:00', '13:30'), ('unused', '1:00', '2:00');
update sluice.schedule set during = '{nights,lunch}' where migration = 'first';
select throws_ok($$delete from sluice.window$$, 'SL009', null, 'a window in use cannot be deleted');
select throws_ok($$delete from sluice.window where name = 'nights'$$, 'SL009', 'window "nights" is in use: first runs in it', 'nor can another');
select throws_ok($$update sluice.window set name = 'days' where name = 'nights'$$, 'SL009', 'window "nights" is in use: first runs in it',
  'nor renamed');
select lives_ok($$delete from sluice.window where name = 'unused'$$, 'one that no schedule names can be deleted');
select lives_ok($$delete from sluice.window where name = 'lunch' and opens = '12:00'$$, 'and one of several rows of a name');
select throws_ok($$delete from sluice.window where name = 'lunch'$$, 'SL009', null, 'but not the last one');
select lives_ok($$update sluice.window set opens = '23:00' where name = 'nights'$$, 'hours may change');
update sluice.schedule set during = '{nights}' where migration = 'first';
select lives_ok($$delete from sluice.window where name = 'lunch'$$, 'once no schedule names it, it may go');
reset session authorization;
select throws_ok($$truncate sluice.window$$, 'SL009', null, 'TRUNCATE is refused, too');

-- Gone all the same, with a deadline and without: each says so, and nobody else is disturbed.
update sluice.schedule set during = '{nights}', deadline = now() + interval '3 days' where migration = 'first';
set session_replication_role = replica;
delete from sluice.window;
update sluice_internal.migration set state = 'running', started_at = now() where name = 'first';
set session_replication_role = origin;
set session authorization viewer;
select results_eq($$select name, state, case name when 'first' then forecast end, late_by, on_track, waiting_for from sluice.progress order by name$$,
  $$values ('first', 'running', null::timestamptz, null::interval, false, 'window "nights", which does not exist'),
    ('second', 'scheduled', null, null, null, null)$$,
  'a window that does not exist is named, and the view shows all migrations');
select isnt((select forecast from sluice.progress where name = 'second'), null, 'the other one has its forecast');
select results_eq($$select problem, detail, advice from sluice.stuck where name = 'first' order by problem$$,
  $$values ('deadline_at_risk', 'as things are, it will never be done', 'Give it time: select * from sluice.reschedule(''first'', during => ''{}''); '
      'or workers, if the server has processors for them: select * from sluice.reschedule(''first'', workers => 2); and a driver for the new ones: sluice run --workers 2'),
    ('waits', 'window "nights", which does not exist', 'To run at any time: select * from sluice.reschedule(''first'', during => ''{}'');')$$,
  'stuck says what helps');
select throws_ok($$select sluice.assert_finished('first')$$, 'SL020', null, 'assert_finished raises what it is for');
set session authorization author;
select lives_ok($$select sluice_internal.keep_house()$$, 'maintenance goes on');
select matches((select message from sluice.events where kind = 'deadline_at_risk' order by event_id limit 1), '^as things are, it will never be done; its deadline is ',
  'and says so, too');

-- Numbers that no bound foresaw hide one forecast.
reset session authorization;
alter table sluice_internal.migration drop constraint planned_seconds_per_row_between_1e_12_and_1e_6;
update sluice_internal.migration set planned_seconds_per_row = 1e300 where name = 'second';
set session authorization viewer;
select is((select count(*) from sluice.progress), 2::bigint, 'a cost of 1e300 leaves the view');
select lives_ok($$table sluice.stuck$$, 'and stuck');
set session authorization author;
select lives_ok($$select sluice_internal.keep_house()$$, 'and maintenance');
reset session authorization;
update sluice_internal.migration set planned_seconds_per_row = 'NaN' where name = 'second';
set session authorization viewer;
select is((select count(*) from sluice.progress), 2::bigint, 'and so does NaN');

-- One migration whose maintenance raises: the others have theirs, and an event says so, once.
reset session authorization;
update sluice_internal.migration set planned_seconds_per_row = null, state = 'running', started_at = now(), at_risk = false;
set session_replication_role = replica;
update sluice.schedule set starts_at = now() - interval '2 hours', deadline = now() - interval '1 hour';
set session_replication_role = origin;
create function fail_for_first() returns trigger language plpgsql as $$
begin
  raise exception using errcode = '22012', message = 'a number that nobody foresaw';
end
$$;
create trigger fail_for_first before update on sluice_internal.migration
  for each row when (new.name = 'first') execute function fail_for_first();
set session authorization author;
select lives_ok($$select sluice_internal.keep_house(), sluice_internal.keep_house()$$, 'maintenance that raises for one migration ends well');
select results_eq($$select name, kind, count(*) from sluice.events
  where kind = 'maintenance_failed' or name = 'second' and kind = 'deadline_at_risk' group by 1, 2 order by 1$$,
  $$values ('first', 'maintenance_failed', 1::bigint), ('second', 'deadline_at_risk', 1)$$, 'the other has its turn, and one event tells');
select matches((select message from sluice.events where kind = 'maintenance_failed'), '^maintenance of it failed \(SQLSTATE 22012\)$',
  'by its SQLSTATE');
reset session authorization;
drop trigger fail_for_first on sluice_internal.migration;
set session_replication_role = replica;
update sluice.schedule set deadline = null, starts_at = now();
update sluice_internal.migration set state = 'scheduled', started_at = null, at_risk = false;
set session_replication_role = origin;

-- Each migration waits for all before it: what they cost does not double with each.
reset session authorization;
update sluice_internal.migration set planned_seconds_per_row = null;
set session authorization author;
create procedure define_in_turn(most integer) language plpgsql as $$
declare
  earlier text[] := '{}';
begin
  for i in 1 .. most loop
    perform sluice.define(format('turn_%s', i), 'items', pending => 'size is null', set => 'size = 1', after => earlier);
    earlier := earlier || format('turn_%s', i);
  end loop;
end
$$;
call define_in_turn(50);
set session authorization operator;
insert into sluice.schedule (migration) select format('turn_%s', i) from generate_series(1, 50) as i;
reset session authorization;
update sluice_internal.migration set planned_seconds_per_row = 1e-4 where name ~ '^turn_';
set session authorization viewer;
set statement_timeout to '2 min';
select is((select count(forecast) from sluice.progress where name ~ '^turn_'), 50::bigint, 'forecasts of 50 that wait for each other come at once');
reset statement_timeout;
reset session authorization;
create function scans() returns bigint language sql volatile as $$
  select sum(pg_stat_get_xact_numscans(r.oid))::bigint from pg_class r
  where r.oid = 'sluice_internal.migration'::regclass
    or r.oid in (select i.indexrelid from pg_index i where i.indrelid = 'sluice_internal.migration'::regclass)
$$;
create function scans_of_forecasts() returns bigint language plpgsql as $$
declare
  before constant bigint := scans();
begin
  perform from sluice.forecasts();
  return scans() - before;
end
$$;
create temporary table in_order as select scans_of_forecasts() as scans;
update sluice_internal.migration m
set after = array(select o.name from sluice_internal.migration o where o.name ~ '^turn_' and o.migration_id > m.migration_id)
where m.name ~ '^turn_';
select ok(scans_of_forecasts() < 2 * o.scans, 'and with no more work where each waits for those defined after it')
from in_order o;
select is((select count(f.expected) from sluice.forecasts() as f), 50::bigint, 'all of them');
select throws_ok($$select sluice.finished(repeat('x', 20000))$$, 'SL002', format('there is no migration "%s"', repeat('x', 63)),
  'nor does a name of 20,000 letters take long to be unknown, and it is cut');

-- Spans of years are not gone through day by day, and are as long.
reset session authorization;
insert into sluice.window (name, opens, closes, time_zone) values ('daily', '22:00', '06:00', 'Europe/Berlin');
select ok(abs(sluice_internal.open_seconds('{daily}', '2026-01-05', '2036-01-05') / (select sum(extract(epoch from upper(s) - lower(s)))
  from sluice_internal.open_spans('{daily}', '2026-01-05', '2036-01-05') as s)::double precision - 1) < 0.001, 'ten years of nights are ten years of nights');

-- One rule says when a window is open: over the changes of clocks, in both directions.
reset session authorization;
update sluice.schedule set during = '{}';
insert into sluice.window (name, opens, closes, time_zone, days)
select format('w%s', row_number() over ()), o, c, z, d
from unnest('{Europe/Berlin,America/New_York,America/Santiago,Australia/Lord_Howe,Africa/Casablanca,UTC}'::text[]) as z
cross join (values ('23:00'::time, '02:00'::time), ('02:30', '02:45'), ('02:00', '03:00'), ('02:30', '03:15'), ('01:30', '02:30'),
  ('23:30', '00:30'), ('00:00', '24:00')) as t (o, c)
cross join (values ('{7}'::integer[]), ('{1,2,3,4,5,6,7}')) as days (d)
where d = '{7}' or c = '02:00';
select is_empty($$
  select w.name, at
  from sluice.window w
  cross join unnest(array['2026-03-28 12:00+00', '2026-10-24 12:00+00', '2026-03-07 12:00+00', '2026-10-31 12:00+00',
    '2026-04-04 12:00+00', '2026-09-05 12:00+00', '2026-10-03 12:00+00', '2026-02-14 12:00+00']::timestamptz[]) as day
  cross join lateral (
    select array_agg(s) as spans from sluice_internal.open_spans(array[w.name], day - interval '1 day', day + interval '3 days') as s) as open
  cross join generate_series(day + interval '5 hours', day + interval '20 hours', interval '30 minutes') as at
  where sluice_internal.is_window_open(array[w.name], at) <> coalesce(at <@ any (open.spans), false)$$,
  'a claim finds a window open when the plan counts it as open');
insert into sluice.window (name, opens, closes, time_zone) values ('berlin', '23:00', '02:00', 'Europe/Berlin');
select is((select sum(upper(s) - lower(s)) from sluice_internal.open_spans('{berlin}', '2026-10-24 12:00+00', '2026-10-25 12:00+00') as s), interval '4 hours',
  'a night that is an hour longer is an hour longer');
select is((select sum(upper(s) - lower(s)) from sluice_internal.open_spans('{berlin}', '2026-03-28 12:00+00', '2026-03-29 12:00+00') as s), interval '3 hours',
  '02:00 that is skipped is 03:00');

select * from finish();
