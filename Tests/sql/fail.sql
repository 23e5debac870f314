-- Failures: transient ones back off, bad rows are put aside, broken definitions pause; nothing is lost, nothing hot-loops.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

-- bad rows

create table readings (id integer primary key, raw text, value numeric);
insert into readings select i, case when i % 1000 = 17 then 'n/a' else i::text end from generate_series(1, 5000) as i;
select sluice.define('values', 'readings', pending => 'value is null', set => 'value = raw::numeric');
select count(*) from sluice.schedule('values', immediately => true);
call sluice.work(lasting => '1 minute', until_idle => true);

select results_eq(
  $$select id from readings where value is null order by id$$, array[17, 1017, 2017, 3017, 4017],
  'every good row around a bad one is migrated');
select results_eq(
  $$select q.key, q.sqlstate, q.message from sluice.quarantined q order by q.key[1]::integer$$,
  $$select array[i::text], '22P02', 'invalid input syntax for type numeric: "n/a"'
    from unnest(array[17, 1017, 2017, 3017, 4017]) as i$$,
  'a bad row is quarantined by key, with its error');
select is((select state from sluice.progress('values')), 'failed', 'a migration with quarantined rows is not finished');
select is(sluice.finished('values'), false, 'nor says finished() so');
select throws_ok($$select sluice.assert_finished('values')$$, 'SL020', null, 'and assert_finished() raises');
select ok((select count(*) < 200 from sluice.history h where h.name = 'values'),
  'finding five rows among 5,000 takes few batches');

update readings set raw = '0' where raw = 'n/a';
select is(sluice.retry('values'), 5::bigint, 'retry takes the quarantined rows up again');
call sluice.work(lasting => '1 minute', until_idle => true);
select ok(sluice.finished('values'), 'and once they are mended it finishes');
select is((select count(*) from sluice.quarantined q where q.name = 'values'), 0::bigint, 'with nothing in quarantine');

update readings set value = null, raw = 'n/a' where id in (5, 6);
select sluice.restart('values');
call sluice.work(lasting => '1 minute', until_idle => true);
select is(sluice.accept_remaining('values'), 2::bigint, 'or somebody accepts that rows stay as they are');
select ok(sluice.finished('values'), 'which finishes it, by an explicit word');

call sluice.cleanup('values');
update readings set raw = '0' where raw = 'n/a';
select is(sluice.retry('values'), 2::bigint, 'what was accepted is taken up again, even after cleanup');
select is((select state from sluice.progress('values')), 'cancelled', 'but runs only once it is scheduled again');
select count(*) from sluice.schedule('values', immediately => true);
call sluice.work(lasting => '1 minute', until_idle => true);
select ok(sluice.finished('values') and not exists (select from readings where value is null), 'and finishes');

-- too many bad rows

create table junk (id integer primary key, raw text, value integer);
insert into junk select i, 'x' from generate_series(1, 2000) as i;
select sluice.define('junk', 'junk', pending => 'value is null', set => 'value = raw::integer');
select count(*) from sluice.schedule('junk', immediately => true);
call sluice.work(lasting => '1 minute', until_idle => true);
select is((select state from sluice.progress('junk')), 'failed', 'a migration fails when too many rows do');
select ok((select count(*) between 1 and 200 from sluice.quarantined q where q.name = 'junk'),
  'long before it has tried each of them');

-- one violation in a batch

create table rules (id integer primary key, project_id integer);
create table project_rules (project_id integer primary key, rule_id integer);
insert into rules select i, case when i in (700, 701) then 1 else i end from generate_series(1, 1000) as i;
select sluice.define('copy', 'rules', pending => 'not exists (select from project_rules p where p.project_id = rules.project_id)',
  statements => array['insert into project_rules select project_id, id from batch']);
call sluice.cleanup('copy');
select is((select count(*) from project_rules), 998::bigint, 'a duplicate among the rows does not stop the rest');
select ok(sluice.finished('copy'), 'and is no longer pending, once its twin is there');

-- rows that stay pending by construction

create table owners (id integer primary key, name text);
create table things (id integer primary key, owner_id integer, owner_name text);
insert into owners select i, 'o' || i from generate_series(1, 10) as i;
insert into things select i, i % 11 from generate_series(1, 1100) as i;
select sluice.define('names', 'things', pending => 'owner_name is null', set => 'owner_name = o.name', source => 'owners o',
  match => 'o.id = things.owner_id');
select throws_ok($$call sluice.cleanup('names')$$, '2D000', null, 'cleanup needs to be called outside a transaction');
select count(*) from sluice.schedule('names', immediately => true);
call sluice.work(lasting => '1 minute', until_idle => true);
select matches((select waiting_for from sluice.progress('names')), 'stay pending although they were visited twice.*SL021',
  'rows that no batch can convert are reported, not accepted');
select is((select count(*) from things where owner_name is null), 100::bigint, 'all others are converted');

-- a broken definition

create table broken (id integer primary key, a integer, b integer);
insert into broken select i from generate_series(1, 1000) as i;
select sluice.define('broken', 'broken', pending => 'b is null', set => 'b = 1', min_batch => 10, max_batch => 10);
select count(*) from sluice.schedule('broken', immediately => true);
select sluice.run_one('broken') from generate_series(1, 4);
alter table broken rename column b to c;
call sluice.work(lasting => '1 minute', until_idle => true);
select results_eq(
  $$select state, waiting_for from sluice.progress('broken')$$,
  $$values ('paused', 'column "b" does not exist (SQLSTATE 42703)')$$,
  'a column that is gone pauses the migration and says why');
alter table broken rename column c to b;
select sluice.resume('broken');
call sluice.work(lasting => '1 minute', until_idle => true);
select ok(sluice.finished('broken'), 'and once it is back, it goes on from there');

-- a table that is swapped for another

create table swapped (id integer primary key, n integer not null default 0);
insert into swapped select i from generate_series(1, 1000) as i;
select sluice.define('swapped', 'swapped', set => 'n = n + 1', min_batch => 100, max_batch => 100);
select count(*) from sluice.schedule('swapped', immediately => true);
select sluice.run_one('swapped') from generate_series(1, 4);
alter table swapped rename to swapped_before;
create table swapped (id integer primary key, n integer not null default 0);
insert into swapped select i from generate_series(1, 1000) as i;
call sluice.work(lasting => '1 minute', until_idle => true);
select is((select state from sluice.progress('swapped')), 'paused', 'a table that is swapped for another pauses the migration');
select matches((select waiting_for from sluice.progress('swapped')), 'is not the one that the migration was defined for',
  'and says why');
select is((select sum(n) from swapped), 0::bigint, 'the other table is not written');
delete from swapped;
select sluice.restart('swapped');
select sluice.resume('swapped');
call sluice.work(lasting => '1 minute', until_idle => true);
select is((select state from sluice.progress('swapped')), 'paused', 'an empty one is not taken for finished');
drop table swapped;
alter table swapped_before rename to swapped;
select sluice.resume('swapped');
call sluice.work(lasting => '1 minute', until_idle => true);
select ok(sluice.finished('swapped'), 'and once it has its name again, it goes on');

-- a partition that goes away

create table logs (id integer, day integer, n integer, primary key (id, day)) partition by list (day);
create table logs_1 partition of logs for values in (1);
create table logs_2 partition of logs for values in (2);
insert into logs select i, 1 + i % 2 from generate_series(1, 1000) as i;
select sluice.define('logs', 'logs', pending => 'n is null', set => 'n = 1');
select count(*) from sluice.schedule('logs', immediately => true);
drop table logs_2;
create table logs_3 partition of logs for values in (3);
insert into logs select i, 3 from generate_series(1, 1000) as i;
call sluice.work(lasting => '1 minute', until_idle => true);
select ok(sluice.finished('logs'), 'a partition that is dropped does not stop the others');
select is((select count(*) from logs where n is null), 0::bigint, 'and one that is attached is found by verification');

-- transient failures

create table contended (id integer primary key, n integer not null default 0);
create table weather (bad boolean);
insert into contended select i from generate_series(1, 300) as i;
insert into weather values (true);
create function weather_permitting() returns trigger language plpgsql as $$
begin
  if new.id = 150 and (select bad from weather) then
    raise exception 'busy' using errcode = 'lock_not_available';
  end if;
  return new;
end $$;
create trigger weather_permitting before update on contended for each row execute function weather_permitting();
select sluice.define('contended', 'contended', set => 'n = n + 1', min_batch => 100, max_batch => 100, max_attempts => 5);
select count(*) from sluice.schedule('contended', immediately => true);
reset session authorization;
update sluice.policy set first_retry_after = '1 millisecond', last_retry_after = '2 milliseconds';
set session authorization author;
call sluice.work(lasting => '2 seconds', until_idle => false);
select is((select state from sluice.progress('contended')), 'failed', 'a range that fails again and again is given up');
select ok((select count(*) >= 200 and max(n) = 1 from contended where n > 0), 'the rest is migrated around it');
select ok((select count(*) between 5 and 40 from sluice.history h where h.name = 'contended' and h.sqlstate = '55P03'),
  'after a number of attempts that is bounded');
update weather set bad = false;
select ok(sluice.retry('contended') > 0, 'retry takes it up again');
call sluice.work(lasting => '2 seconds', until_idle => true);
select ok(sluice.finished('contended'), 'and it finishes');
select is((select count(*) from contended where n <> 1), 0::bigint, 'each row changed exactly once');

select * from finish();
