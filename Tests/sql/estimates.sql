-- Rows are estimated once, the same for plan, lanes, progress and forecast, and corrected while the walk goes on: compared
-- with a count, on tables whose statistics are missing, zero, old or wrong, and on tables that change under the walk.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;
set synchronous_commit to off;

create function digits(i integer) returns text language sql immutable as $$ select md5(i::text) $$;

create table analyzed (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into analyzed select i from generate_series(1, 20000) as i;
analyze analyzed;

create table never_analyzed (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into never_analyzed select i from generate_series(1, 30000) as i;

create table wide (id integer primary key, filler text, v integer) with (autovacuum_enabled = off);
insert into wide select i, repeat(digits(i), 100) from generate_series(1, 3000) as i;

-- pages there were, but no rows
create table zero_density (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into zero_density select i from generate_series(1, 10000) as i;
delete from zero_density;
reset session authorization;
vacuum (truncate off) zero_density;
set session authorization author;
insert into zero_density select i from generate_series(1, 40000) as i;

-- the same pages as when it was analyzed, ten times as many rows
create table refilled (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into refilled select i from generate_series(1, 30000) as i;
delete from refilled where id % 10 > 0;
reset session authorization;
vacuum (analyze, truncate off) refilled;
set session authorization author;
insert into refilled select i from generate_series(1, 30000) as i where i % 10 > 0;

-- one row, then many
create table from_one (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into from_one values (0);
analyze from_one;
insert into from_one select i from generate_series(1, 30000) as i;

-- emptied since, and not vacuumed
create table thinned (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into thinned select i from generate_series(1, 100000) as i;
analyze thinned;
delete from thinned where id % 10 > 0;

-- rows at the end of the file only
create table hollow (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into hollow select i from generate_series(1, 100000) as i;
delete from hollow where id < 80000;

create table uuids (id uuid primary key, v integer) with (autovacuum_enabled = off);
insert into uuids select digits(i)::uuid from generate_series(1, 30000) as i;

create table texts (id text, part integer, v integer, primary key (id, part)) with (autovacuum_enabled = off);
insert into texts select digits(i % 1000), i from generate_series(1, 30000) as i;

create table heap (a integer, v integer) with (autovacuum_enabled = off);
insert into heap select i from generate_series(1, 30000) as i;

create table parts (id integer, part integer, v integer, primary key (id, part)) partition by list (part);
create table parts_1 partition of parts for values in (1) with (autovacuum_enabled = off);
create table parts_2 partition of parts for values in (2) with (autovacuum_enabled = off);
create table parts_3 partition of parts for values in (3) with (autovacuum_enabled = off);
insert into parts select i, 1 from generate_series(1, 20000) as i;
analyze parts_1;
insert into parts select i, 2 from generate_series(1, 10000) as i;
insert into parts select i, 3 from generate_series(1, 5) as i;
analyze parts_3;
insert into parts select i, 3 from generate_series(6, 3000) as i;

create table kinds (name text primary key, walk text);
insert into kinds (name, walk) values ('analyzed', 'key'), ('never_analyzed', 'striped'), ('wide', 'key'), ('zero_density', 'key'),
  ('refilled', 'striped'), ('from_one', 'key'), ('thinned', 'key'), ('hollow', 'key'), ('uuids', 'key'), ('texts', 'key'),
  ('heap', 'blocks'), ('parts', 'key');

select sluice.define(k.name, k.name, pending => 'v is null', set => 'v = 1', walk => k.walk, max_batch => 500) from kinds k;

create function counted(name text, condition text default 'true') returns bigint language plpgsql as $$
declare
  rows bigint;
begin
  execute format('select count(*) from %I where %s', name, condition) into rows;
  return rows;
end
$$;

-- By how much of the truth an estimate is off.
create function off_by(estimated numeric, truth numeric) returns numeric language sql as
$$ select coalesce(round(abs(estimated - truth) / greatest(truth, 1), 3), 1) $$;

-- Batches until such a share of the rows is done.
create procedure walk_to(share numeric) language plpgsql as $$
declare
  kind record;
  rows bigint;
begin
  for kind in select k.name from kinds k order by k.name loop
    rows := counted(kind.name);
    while counted(kind.name, 'v is not null') < share * rows loop
      for i in 1 .. 1 + share * rows / 10000 loop
        perform sluice_internal.run_one(kind.name);
        commit;
      end loop;
    end loop;
  end loop;
end
$$;

create table planned as
select k.name, counted(k.name) as truth, p.* from kinds k cross join lateral sluice.schedule(k.name, immediately => true) as p;
select is_empty($$ select name, rows_estimated, truth from planned where off_by(rows_estimated, truth) > 0.05 $$,
  'a plan knows how many rows there are, whatever the statistics say');
select is_empty($$ select name, pending_estimated, truth from planned where off_by(pending_estimated, truth) > 0.05 $$,
  'and how many are pending');
select is_empty($$ select name, reason from planned where reason = 'there is nothing to do' $$, 'it never says that there is nothing to do');
select is_empty(
  $$ select p.name, p.rows_estimated, sum(l.rows_estimated) from planned p join sluice.lanes l using (name)
    group by p.name, p.rows_estimated having sum(l.rows_estimated) <> p.rows_estimated $$,
  'lanes share out what the plan found');
select is_empty($$ select name, p.rows_pending from planned join sluice.progress p using (name) where off_by(p.rows_pending, truth) > 0.05 $$,
  'and progress begins with it');
select is_empty($$ select p.name from planned p join sluice.lanes l using (name) where l.batch_size > 500 $$, 'batches begin as they are told');

call walk_to(0.05);
create view compared as
select k.name, counted(k.name) as rows, counted(k.name, 'v is null') as truth, p.rows_pending, p.percent,
  counted(k.name, 'v is not null') as done
from kinds k join sluice.progress p using (name);
select is_empty($$ select * from compared where off_by(rows_pending, truth) > 0.1 $$,
  'after a twentieth of the walk the rest is known within a tenth');
select is_empty($$ select * from compared where abs(percent - 100.0 * done / rows) > 2 $$, 'and so is the percentage');

call walk_to(0.9);
select is_empty($$ select * from compared where abs(rows_pending - truth) > 0.02 * rows $$, 'near the end it is known as well');
select is_empty($$ select * from compared where percent > 100.0 * done / rows + 2 $$, 'and no percentage says more than is done');

call sluice.work(lasting => '10 minutes', until_idle => true);
select is_empty($$ select k.name, p.state, p.rows_done, p.rows_pending, counted(k.name)
  from kinds k join sluice.progress p using (name)
  where (p.state, p.rows_pending, counted(k.name, 'v is null')) <> ('finished', 0, 0) or off_by(p.rows_done, counted(k.name)) > 0.01 $$,
  'in the end all are done, and as many were visited as there are');

-- Deadlines that the true numbers do not allow

create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.0003); return new; end $$;
create table slow (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into slow select i from generate_series(1, 10000) as i;
delete from slow;
reset session authorization;
vacuum (truncate off) slow;
set session authorization author;
insert into slow select i from generate_series(1, 40000) as i;
create trigger slowly before update on slow for each row execute function slowly();
select sluice.define('slow', 'slow', pending => 'v is null', set => 'v = 1');
select throws_ok($$ select sluice.schedule('slow', within => '3 seconds') $$, 'SL010', null,
  'a deadline is refused by the rows that there are, not by statistics of none');
select ok((select batch_size <= 1000 from sluice.schedule('slow', within => '1 day')), 'and batches fit what rows cost');
select sluice.cancel('slow');

create table unknown_cost (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into unknown_cost select i, case when i < 100000 then 1 end from generate_series(1, 101000) as i;
select sluice.define('unknown_cost', 'unknown_cost', pending => 'v is null', set => 'v = 1', walk => 'key');
select ok((select batch_size <= 1000 from sluice.schedule('unknown_cost', immediately => true)),
  'a first batch is small where no probe showed what a change costs');
select sluice.cancel('unknown_cost');

create table throttled (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into throttled select i from generate_series(1, 60000) as i;
select sluice.define('throttled', 'throttled', pending => 'v is null', set => 'v = 1');
select feasible from sluice.schedule('throttled', within => '1 minute');
select sluice.throttle('throttled', 500);
select is((select on_track from sluice.progress('throttled')), false, 'and the deadline is at risk at once, without a batch');
select sluice_internal.keep_house();
select is((select count(*) from sluice.events where name = 'throttled' and kind = 'deadline_at_risk'), 1::bigint,
  'which is announced long before it has passed');
select sluice.throttle('throttled', null);
select is((select on_track from sluice.progress('throttled')), true, 'without that rate it is on track');

select sluice_internal.keep_house();

-- Two minutes later, without a driver
reset session authorization;
alter table sluice.schedule disable trigger user;
update sluice.schedule set starts_at = now() - interval '2 minutes', scheduled_at = now() - interval '2 minutes',
  deadline = now() + interval '1 hour' where migration = 'throttled';
alter table sluice.schedule enable trigger user;
update sluice_internal.event set happened_at = now() - interval '2 minutes';
update sluice_internal.migration set scheduled_at = now() - interval '2 minutes' where name = 'throttled';
update sluice_internal.lane l set due_at = clock_timestamp() - interval '2 minutes'
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'throttled';
set session authorization author;
select results_eq($$ select on_track, forecast from sluice.progress('throttled') $$, $$ values (null::boolean, null::timestamptz) $$,
  'where nobody works on it, it is not known when it will be done');
select sluice_internal.keep_house();
select is((select message ~ '^it is not known when it will be done' from sluice.events
    where name = 'throttled' and kind = 'deadline_at_risk' order by event_id desc limit 1), true, 'and that is announced, too');

-- A guard that holds, nobody knows for how long

create table guarded (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into guarded select i from generate_series(1, 1000) as i;
select sluice.define('guarded', 'guarded', pending => 'v is null', set => 'v = 1');
select count(*) from sluice.schedule('guarded', within => '1 hour');
select is((select on_track from sluice.progress('guarded')), true, 'a migration that nothing holds is on track');
reset session authorization;
update sluice.guard set enabled = name = 'connections';
insert into sluice_internal.guard_reading (guard, target, value, factor, read_at)
values ('connections', 'guarded'::regclass, 1, 0, clock_timestamp());
set session authorization author;
select results_eq($$ select on_track, forecast from sluice.progress('guarded') $$, $$ values (null::boolean, null::timestamptz) $$,
  'while a guard holds it, it is not known when it will be done, from the first moment on');
reset session authorization;
update sluice.schedule set deadline = now() + interval '1 second' where migration = 'guarded';
update sluice_internal.lane l set seconds_per_row = 1
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'guarded';
set session authorization author;
select is((select on_track from sluice.progress('guarded')), false,
  'and when it would be late even if it went on now, that is known');
select matches((select advice from sluice.stuck where name = 'guarded' and problem = 'deadline_at_risk'), '^It waits for guard connections',
  'and it is the guard that is to be seen to');

-- A plan of a small table says the same each time, although each leaves pages of dead rows

create table small (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into small select i from generate_series(1, 2000) as i;
analyze small;
select sluice.define('small', 'small', pending => 'v is null', set => 'v = 1');
select results_eq(
  $$ select distinct p.rows_estimated, p.pending_estimated from generate_series(1, 4) cross join lateral sluice.plan('small') as p $$,
  $$ values (2000::bigint, 2000::bigint) $$, 'plans of a small table count it, and do not count their own dead rows');

-- A start in the past, and a deadline that cannot be met

select count(*) from sluice.schedule('small', within => '1 day');
reset session authorization;
update sluice_internal.lane l set seconds_per_row = 60
from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'small';
set session authorization author;
create function shortest(asked text) returns interval language plpgsql as $$
declare
  advice text;
begin
  execute asked;
  return null;
exception when sqlstate 'SL010' then
  get stacked diagnostics advice = pg_exception_hint;
  return substring(advice from 'within => ''([^'']+)''');
end $$;
select ok((select shortest($$select sluice.reschedule('small', starting => '2000-01-01')$$) between '1 day' and '10 days'),
  'a deadline that can be met is counted from now, not from a start in the past');
select lives_ok(format($$select sluice.reschedule('small', within => %L)$$,
  shortest($$select sluice.reschedule('small', starting => '2000-01-01')$$)), 'and is accepted');

-- Pending rows that lie together at the end

create table clustered (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into clustered select i, case when i <= 36000 then 1 end from generate_series(1, 40000) as i;
select sluice.define('clustered', 'clustered', pending => 'v is null', set => 'v = 1', walk => 'key', max_batch => 500);
select count(*) from sluice.schedule('clustered', immediately => true);
create procedure visit(name text, rows bigint) language plpgsql as $$
begin
  while (select p.rows_done < rows from sluice.progress(name) as p) loop
    perform sluice_internal.run_one(name);
    commit;
  end loop;
end
$$;
call visit('clustered', 30000);
select ok((select off_by(p.rows_pending, 4000) < 0.1 from sluice.progress('clustered') as p),
  'rows that were expected and not met yet are ahead, and stay expected');
call visit('clustered', 38500);
select ok((select p.rows_pending <= p.left_over and off_by(p.rows_pending, p.left_over) < 0.3
    from (select p.rows_pending, counted('clustered', 'v is null') as left_over from sluice.progress('clustered') as p) as p),
  'but never more than the rows that are left');

-- Rows that come while it is walked

create table growing (id uuid primary key, v integer) with (autovacuum_enabled = off);
insert into growing select digits(i)::uuid from generate_series(1, 10000) as i;
select sluice.define('growing', 'growing', pending => 'v is null', set => 'v = 1', walk => 'key', max_batch => 100);
select count(*) from sluice.schedule('growing', immediately => true);
call visit('growing', 1000);
insert into growing select digits(-i)::uuid from generate_series(1, 20000) as i;
call visit('growing', 4000);
select ok((select off_by(p.rows_pending, p.ahead) < 0.1 and p.percent < 20
    from (select p.rows_pending, p.percent, (select count(*) from growing g where g.id > l.cursor[1]::uuid) as ahead
      from sluice.progress('growing') as p join sluice.lanes l using (name)) as p),
  'the rest is estimated again when rows have come into it');

-- A schedule that is written by hand, without a plan

create table by_hand (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into by_hand select i, null from generate_series(1, 30000) as i;
reset session authorization;
select pg_stat_reset_single_table_counters('by_hand'::regclass);
set session authorization author;
select sluice.define('by_hand', 'by_hand', pending => 'v is null', set => 'v = 1', walk => 'key', max_batch => 500);
reset session authorization;
insert into sluice.schedule (migration, immediately) values ('by_hand', true);
set session authorization author;
call visit('by_hand', 500);
select ok((select off_by(p.rows_pending, counted('by_hand', 'v is null')) < 0.1 from sluice.progress('by_hand') as p),
  'the first batch looks how much there is where no plan did');

-- Rows that verification finds were visited, too

create table behind (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into behind select i from generate_series(1, 2000) as i;
select sluice.define('behind', 'behind', pending => 'v is null', set => 'v = 1', walk => 'key', max_batch => 500);
select count(*) from sluice.schedule('behind', immediately => true);
call visit('behind', 1500);
insert into behind select -i from generate_series(1, 3000) as i;
call sluice.work(lasting => '10 minutes', only_migration => 'behind', until_idle => true);
select results_eq($$ select state, rows_done, rows_changed from sluice.progress('behind') $$,
  $$ values ('finished', 5000::bigint, 5000::bigint) $$, 'no more rows are changed than were visited');

select * from finish();
