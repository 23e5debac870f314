-- Batches in which rows fail, in awkward tables: who fails is named, once, and nobody else is; all others are changed.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
update sluice.guard set enabled = false;
set session authorization author;

-- Changed but for the bad rows, and these named: rows left, of them good ones, entries in quarantine, rows that these say.
create function outcome(name text, rows_left bigint, good_left bigint) returns text language sql as $$
  select format('%s, %s left, of them good %s, in quarantine %s of %s row(s), ranges walked again %s',
    p.state, rows_left, good_left, count(q.key), coalesce(sum(q.rows), 0),
    (select count(*) from sluice.lanes l where l.name = outcome.name and l.act = 'change' and l.pass > 0))
  from sluice.progress(name) as p
  left join sluice.quarantined q on q.name = p.name
  group by p.state
$$;

-- a batch in stripes

create table striped (id integer primary key, bad boolean, n integer not null default 0, filler text default repeat('x', 100));
alter table striped set (autovacuum_enabled = off);
insert into striped select i, i = 77 from generate_series(1, 20000) as i;
analyze striped;
select sluice.define('striped', 'striped', pending => 'n = 0', set => 'n = 1 / case when bad then 0 else 1 end',
  walk => 'striped', max_batch => 200);
select count(*) from sluice.schedule('striped', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(outcome('striped', (select count(*) from striped where n = 0), (select count(*) from striped where n = 0 and not bad)),
  'failed, 1 left, of them good 0, in quarantine 1 of 1 row(s), ranges walked again 0', 'in stripes the bad row is named');
select ok((select max(h.rows_visited) < 1000 from sluice.history h where h.name = 'striped' and h.act = 'change'),
  'and its batches end after max_batch, or a piece more');

-- a nullable key

create table nullable (a integer not null, b integer, bad boolean, done boolean);
alter table nullable set (autovacuum_enabled = off);
insert into nullable select i / 20, case when i % 20 between 1 and 12 then i end, i = 2005 from generate_series(1, 5000) as i;
create index on nullable (a, b);
analyze nullable;
select sluice.define('nullable', 'nullable', pending => 'b is not null and done is null',
  set => 'done = 1 / case when bad then 0 else 1 end = 1', key => '{a,b}', walk => 'key', max_batch => 500);
select count(*) from sluice.schedule('nullable', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(
  outcome('nullable', (select count(*) from nullable where b is not null and done is null),
    (select count(*) from nullable where b is not null and done is null and not bad)),
  'failed, 1 left, of them good 0, in quarantine 1 of 1 row(s), ranges walked again 0',
  'where rows without a key lie between, none behind them is passed over');

-- bad rows at the ends of pages, in physical order

create table known (id integer primary key);
insert into known values (1);
create table paged (id integer primary key, bad boolean not null, done boolean, filler text,
  ref integer references known deferrable initially deferred);
alter table paged set (autovacuum_enabled = off);
insert into paged select i, i % 35 = 5, null, repeat('x', 1500) from generate_series(1, 3000) as i;
analyze paged;
select sluice.define('paged', 'paged', pending => 'done is null',
  set => 'done = true, ref = case when bad then -1 else 1 end', max_batch => 100, max_failed => 1);
select count(*) from sluice.schedule('paged', immediately => true);
reset session authorization;
update sluice_internal.migration set planned_by_blocks = true where name = 'paged';
select sluice_internal.compile_migration(migration_id) from sluice_internal.migration where name = 'paged';
update sluice_internal.lane l set by_blocks = true, careful = 7 from sluice_internal.migration m
where m.migration_id = l.migration_id and m.name = 'paged' and l.act = 'change';
set session authorization author;
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(outcome('paged', (select count(*) from paged where done is null), (select count(*) from paged where done is null and not bad)),
  'failed, 86 left, of them good 0, in quarantine 86 of 86 row(s), ranges walked again 0',
  'a bad row at the end of a page is named like any other');

-- fewer rows than pages

create table sparse (bad boolean, done boolean, filler text default repeat('x', 60),
  ref integer references known deferrable initially deferred);
alter table sparse set (autovacuum_enabled = off);
insert into sparse select false from generate_series(1, 50000) as i;
delete from sparse where ctid < '(200,0)' or ctid >= '(203,0)';
insert into sparse select false from generate_series(1, 3);
update sparse set bad = true where ctid = (select ctid from sparse offset 100 limit 1);
reset session authorization;
vacuum sparse;
analyze sparse;
set session authorization author;
select sluice.define('sparse', 'sparse', pending => 'done is null',
  set => 'done = true, ref = case when bad then -1 else 1 end', walk => 'blocks', max_failed => 1);
select count(*) from sluice.schedule('sparse', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(outcome('sparse', (select count(*) from sparse where done is null), (select count(*) from sparse where done is null and not bad)),
  'failed, 1 left, of them good 0, in quarantine 1 of 1 row(s), ranges walked again 0',
  'where a page has less than a row, the bad one is told from the good ones');

-- rows that come while it runs

create table late (id integer primary key, raw text, value numeric);
insert into late select i * 2, case when i % 400 = 0 then 'n/a' else i::text end from generate_series(1, 4000) as i;
analyze late;
select sluice.define('late', 'late', pending => 'value is null', set => 'value = raw::numeric', max_batch => 1000, max_failed => 1);
select count(*) from sluice.schedule('late', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select sluice.retry('late');
update late set value = null where id = 10;
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(outcome('late', (select count(*) from late where value is null), (select count(*) from late where value is null and raw <> 'n/a')),
  'failed, 10 left, of them good 0, in quarantine 10 of 10 row(s), ranges walked again 1',
  'a range that is walked once more puts no row aside a second time');

-- a predicate that fails an assertion

create function fine(bad boolean) returns boolean language plpgsql as $$ begin assert not bad, 'not fine'; return true; end $$;
alter function fine(boolean) stable;
create table asserted (id integer primary key, bad boolean not null, done boolean);
insert into asserted select i, i = 700 from generate_series(1, 2000) as i;
analyze asserted;
select sluice.define('asserted', 'asserted', pending => 'done is null and fine(bad)', set => 'done = true', max_batch => 500);
select count(*) from sluice.schedule('asserted', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select string_agg(q.key::text || ' ' || q.sqlstate, ', ') from sluice.quarantined q where q.name = 'asserted'),
  '{700} P0004', 'a row for which the predicate fails an assertion is named');

-- a column that somebody renames

create table renamed (id integer primary key, bad boolean, attempted integer not null default 1, x integer);
insert into renamed select i, i = 77 from generate_series(1, 3000) as i;
analyze renamed;
select sluice.define('renamed', 'renamed', pending => 'x is null', set => 'x = attempted / case when bad then 0 else 1 end',
  max_batch => 100);
select count(*) from sluice.schedule('renamed', immediately => true);
select sluice_internal.run_one('renamed') from generate_series(1, 3);
alter table renamed rename attempted to tries;
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select p.state || ': ' || p.waiting_for from sluice.progress('renamed') as p),
  'paused: column "attempted" does not exist (SQLSTATE 42703)', 'is missed, and not taken for a variable of ours');

-- more bad rows than are tolerated

create table rotten (id integer primary key, bad boolean, done boolean);
insert into rotten select i, i % 5 = 0 from generate_series(1, 2000) as i;
analyze rotten;
select sluice.define('rotten', 'rotten', pending => 'done is null', set => 'done = 1 / case when bad then 0 else 1 end = 1',
  max_batch => 500, max_failed => 0.1);
select count(*) from sluice.schedule('rotten', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select matches((select p.waiting_for from sluice.progress('rotten') as p),
  '^1[0-9][0-9] of [1-9][0-9]{2} rows visited could not be migrated, more than max_failed allows; the last error: division by zero$',
  'too many of those that were visited end the run');
select matches((select s.advice from sluice.stuck s where s.name = 'rotten' and s.problem = 'failed'), 'update sluice.policy set max_failed',
  'and stuck says how to tolerate them');

select * from finish();
