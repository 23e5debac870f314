-- Many migrations that are due at once: a claim asks one after the other whether it may go on, until one does, and not all of them; and
-- what a guard says of the whole server is measured once, not for each target.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
grant set on parameter track_functions to author;
update sluice.guard set enabled = name in ('connections', 'lock_waiters', 'replication_lag', 'dead_rows');
set session authorization author;

create procedure make(migrations integer) language plpgsql as $$
begin
  for i in 1 .. migrations loop
    execute format('create table items_%s (id integer primary key, n integer)', i);
    execute format('insert into items_%s select g from generate_series(1, 10) as g', i);
    perform sluice.define(format('items_%s', i), format('items_%s', i)::regclass, pending => 'n is null', set => 'n = 1');
  end loop;
end $$;
call make(20);
reset session authorization;
insert into sluice.schedule (migration) select d.name from sluice.definitions d;
set session authorization author;

-- How often a claim, rolled back, asks whether a migration may go on.
create function asked() returns bigint language plpgsql as $$
declare
  before bigint := coalesce(pg_stat_get_xact_function_calls('sluice_internal.hold_reason(bigint)'::regprocedure), 0);
begin
  perform sluice_internal.claim();
  return pg_stat_get_xact_function_calls('sluice_internal.hold_reason(bigint)'::regprocedure) - before;
end $$;
set track_functions = 'pl';
select is(asked(), 1::bigint, 'a claim asks the most urgent migration, and no other, when that may go on');

reset session authorization;
insert into sluice.window (name, opens, closes) values ('never', '00:00', '00:01');
update sluice.schedule set during = '{never}', priority = 7 where migration in ('items_3', 'items_4', 'items_5');
select set_config('test.is_open', sluice_internal.is_window_open('{never}')::text, false);
set session authorization author;
set track_functions = 'pl';
select is(asked(), case when current_setting('test.is_open')::boolean then 1 else 4 end::bigint, 'and those before it that may not');
reset session authorization;
update sluice.schedule set during = '{}', priority = 0;
set session authorization author;

call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select count(*) from sluice.progress p where p.state = 'finished'), 20::bigint, 'all of them run');
reset session authorization;
select results_eq($$select r.guard, count(*) > 1 from sluice_internal.guard_reading r group by r.guard order by r.guard$$,
  $$values ('connections', false), ('dead_rows', true), ('lock_waiters', true), ('replication_lag', false)$$,
  'what does not depend on the target is read once');
select is((select array_agg(distinct r.target) from sluice_internal.guard_reading r where r.guard = 'connections'), array[0::oid], 'for all targets');

-- such a reading holds each of them
select is_empty('select from sluice.guards g where g.target is not null', 'nothing is at work');
update sluice.guard set slow_at = 0, hold_at = 0 where name = 'connections';
update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
set session authorization author;
select sluice.restart('items_1'), sluice.restart('items_2');
select sluice_internal.run_one() from generate_series(1, 4);
select results_eq($$select p.name, p.waiting_for like 'guard connections: %' from sluice.progress p where p.state = 'scheduled' order by 1$$,
  $$values ('items_1', true), ('items_2', true)$$, 'a guard of the whole server holds each migration');
select results_eq($$select g.target::text, g.verdict from sluice.guards g where g.name = 'connections' order by 1$$,
  $$values ('items_1', 'holds'), ('items_2', 'holds')$$, 'and the view says so of each target');
select results_eq($$select s.name, s.advice like '%where name = ''connections''%' from sluice.stuck s order by 1$$,
  $$values ('items_1', true), ('items_2', true)$$, 'so does stuck');

select * from finish();
