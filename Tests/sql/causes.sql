-- Whether a row is bad, the table's state forbids the change, or the definition does not fit any more is found by asking, and not
-- by the class of the SQLSTATE: bad rows are quarantined alone, the other two pause the run once and quarantine nothing.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
update sluice.guard set enabled = false;
set session authorization author;

-- State, rows in quarantine, attempts of lanes, and failed batches.
create function outcome(name text) returns text language sql as $$
  select format('%s, %s in quarantine, %s attempts', p.state,
    (select coalesce(sum(q.rows), 0) from sluice.quarantined q where q.name = p.name),
    (select max(l.attempts) from sluice.lanes l where l.name = p.name))
  from sluice.progress(outcome.name) as p
$$;

-- one row's error, of whatever class

create table queries (id integer primary key, raw text, q tsquery);
insert into queries (id, raw) select i, case when i in (1000, 5000) then 'a b' else 'cat' end from generate_series(1, 10000) as i;
analyze queries;
select sluice.define('queries', 'queries', pending => 'q is null', set => 'q = raw::tsquery');
update queries set raw = 'a b' where id = 2;
select results_eq($$select p.key::text, p.action from sluice.preview('queries', 3) as p$$,
  $$values ('{1}', 'update'), ('{2}', 'fail'), ('{3}', 'update')$$, 'a preview names such a row among the others');
update queries set raw = 'cat' where id = 2;
select count(*) from sluice.schedule('queries', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'queries', until_idle => true);
select bag_eq($$select q.key[1]::integer, q.sqlstate from sluice.quarantined q where q.name = 'queries'$$,
  $$values (1000, '42601'), (5000, '42601')$$, 'rows whose text is a syntax error are quarantined by key');
select results_eq($$select id from queries where q is null order by id$$, array[1000, 5000], 'all others are migrated');
select is(sluice.retry('queries'), 2::bigint, 'retry takes them up');
call sluice.work(lasting => '10 minutes', only_migration => 'queries', until_idle => true);
select is(outcome('queries'), 'failed, 2 in quarantine, 0 attempts', 'and where they are as bad as before, they are quarantined again');
update queries set raw = 'dog' where q is null;
select sluice.retry('queries');
call sluice.work(lasting => '10 minutes', only_migration => 'queries', until_idle => true);
select ok(sluice.finished('queries'), 'and once they are written well, it is finished');

create table classes (id integer primary key, raises text, n integer);
insert into classes select i, (array['42501', '55000', '0A000', '3F000', '57014', '25001', 'XX000', '42883', 'P0001'])[i / 300 + 1]
from generate_series(0, 2400, 300) as i;
insert into classes select i from generate_series(0, 2699) as i where i % 300 <> 0;
analyze classes;
create function raise_class() returns trigger language plpgsql as $$
begin
  if new.raises is not null then
    raise exception 'row % is refused', new.id using errcode = new.raises;
  end if;
  return new;
end $$;
create trigger raise_class before update on classes for each row execute function raise_class();
select sluice.define('classes', 'classes', pending => 'n is null', set => 'n = id', max_batch => 500);
select count(*) from sluice.schedule('classes', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'classes', until_idle => true);
select bag_eq($$select q.key[1]::integer, q.sqlstate from sluice.quarantined q where q.name = 'classes'$$,
  $$select id, raises from classes where raises is not null$$, 'so are rows of every other class that a trigger raises');
select is((select count(*) from classes where n is null and raises is null), 0::bigint, 'and no other row');

-- bad rows that lie together

create table clustered (id integer primary key, raw text, q tsquery);
insert into clustered (id, raw) select i, case when i <= 60 or i > 9970 then 'a b' else 'cat' end from generate_series(1, 10000) as i;
analyze clustered;
select sluice.define('clustered', 'clustered', pending => 'q is null', set => 'q = raw::tsquery');
select count(*) from sluice.schedule('clustered', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'clustered', until_idle => true);
select is(outcome('clustered'), 'failed, 90 in quarantine, 0 attempts',
  'many bad rows at the beginning and at the end are told from a broken definition');
select is((select count(*) from clustered where q is null and raw = 'cat'), 0::bigint, 'and all others are migrated');

create table clustered_once (id integer primary key, raw text, q tsquery, n integer not null default 0);
insert into clustered_once (id, raw) select i, case when i <= 60 or i > 9970 then 'a b' else 'cat' end from generate_series(1, 10000) as i;
analyze clustered_once;
select sluice.define('clustered_once', 'clustered_once', set => 'q = raw::tsquery, n = n + 1');
select count(*) from sluice.schedule('clustered_once', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'clustered_once', until_idle => true);
select is(outcome('clustered_once'), 'failed, 90 in quarantine, 0 attempts', 'so are they without a predicate');
select is((select count(*) from clustered_once where n <> case raw when 'cat' then 1 else 0 end), 0::bigint,
  'and what is tried to tell them changes no row');

create table clustered_blocks (raw text, q tsquery);
insert into clustered_blocks (raw) select case when i <= 60 then 'a b' else 'cat' end from generate_series(1, 10000) as i;
analyze clustered_blocks;
select sluice.define('clustered_blocks', 'clustered_blocks', pending => 'q is null', set => 'q = raw::tsquery', walk => 'blocks');
select count(*) from sluice.schedule('clustered_blocks', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'clustered_blocks', until_idle => true);
select is(outcome('clustered_blocks'), 'failed, 60 in quarantine, 0 attempts', 'also in a walk by blocks');
select is((select count(*) from clustered_blocks where q is null and raw = 'cat'), 0::bigint, 'with all others migrated');

create table clustered_stripes (id integer primary key, raw text, q tsquery);
insert into clustered_stripes (id, raw) select i, case when i <= 60 then 'a b' else 'cat' end from generate_series(1, 10000) as i;
analyze clustered_stripes;
select sluice.define('clustered_stripes', 'clustered_stripes', pending => 'q is null', set => 'q = raw::tsquery', walk => 'striped');
select count(*) from sluice.schedule('clustered_stripes', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'clustered_stripes', until_idle => true);
select is(outcome('clustered_stripes'), 'failed, 60 in quarantine, 0 attempts', 'and in stripes');
select is((select count(*) from clustered_stripes where q is null and raw = 'cat'), 0::bigint, 'with all others migrated');

-- what all rows have in common

create table unset (id integer primary key, v text);
insert into unset select i from generate_series(1, 3000) as i;
analyze unset;
select sluice.define('unset', 'unset', pending => 'v is null', set => $$v = current_setting('app.tenant')$$);
reset session authorization;
insert into sluice.schedule (migration, immediately) values ('unset', true);
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'unset', until_idle => true);
select is(outcome('unset'), 'paused, 0 in quarantine, 0 attempts', 'a setting that is missing pauses the run');
select is((select waiting_for from sluice.progress('unset')),
  'unrecognized configuration parameter "app.tenant" (SQLSTATE 42704)', 'and is named');
set app.tenant = 'x';
select sluice.resume('unset');
call sluice.work(lasting => '10 minutes', only_migration => 'unset', until_idle => true);
select ok(sluice.finished('unset') and (select count(*) from unset where v = 'x') = 3000, 'once it is there, it goes on');

create function helper(i integer) returns integer language sql as 'select i';
create function outer_function(i integer) returns integer language plpgsql as 'begin return helper(i); end';
create table helped (id integer primary key, v integer);
insert into helped select i from generate_series(1, 3000) as i;
analyze helped;
select sluice.define('helped', 'helped', pending => 'v is null', set => 'v = outer_function(id)', max_batch => 500);
select count(*) from sluice.schedule('helped', immediately => true);
select sluice_internal.run_one('helped') from generate_series(1, 2);
drop function helper(integer);
call sluice.work(lasting => '10 minutes', only_migration => 'helped', until_idle => true);
select is(outcome('helped'), 'paused, 0 in quarantine, 0 attempts', 'so does a function that is gone, called inside of another, in mid-run');
create function helper(i integer) returns integer language sql as 'select i';
select sluice.resume('helped');
call sluice.work(lasting => '10 minutes', only_migration => 'helped', until_idle => true);
select ok(sluice.finished('helped'), 'and with it the run goes on');

-- the table's state

create table tag (id integer not null unique, v integer);
insert into tag select i from generate_series(1, 3000) as i;
create table gone (id integer);
insert into gone select i from generate_series(1, 1000) as i;
create table leavers (id integer primary key, done boolean);
insert into leavers select i from generate_series(1, 1000) as i;
create table frozen (id integer primary key, v integer);
insert into frozen select i from generate_series(1, 1000) as i;
create function refuse_all() returns trigger language plpgsql as $$
begin raise 'this table is frozen until Monday' using hint = 'Ask the auditors.'; end $$;
analyze tag, leavers, frozen;
select sluice.define('tag', 'tag', pending => 'v is null', set => 'v = 1', key => '{id}', max_batch => 200);
select sluice.define('leavers', 'leavers', pending => 'done is null', max_batch => 200,
  statements => array['delete from gone using batch where gone.id = batch.id',
    'update leavers set done = true from batch where batch.id = leavers.id']);
select sluice.define('frozen', 'frozen', pending => 'v is null', set => 'v = 1', max_batch => 200);
select count(*) from (values ('tag'), ('leavers'), ('frozen')) as m (name)
cross join lateral sluice.schedule(m.name, immediately => true);
select sluice_internal.run_one(m.name) from (values ('tag'), ('leavers'), ('frozen')) as m (name) cross join generate_series(1, 2);
reset session authorization;
create publication everything for all tables;
set session authorization author;
create trigger refuse_all before update on frozen for each statement execute function refuse_all();
call sluice.work(lasting => '10 minutes', until_idle => true);
select results_eq($$select outcome(m.name) from (values ('tag'), ('leavers'), ('frozen')) as m (name)$$,
  $$select 'paused, 0 in quarantine, 0 attempts' from generate_series(1, 3)$$,
  'a publication that forbids updates, or deletes from another table, and a trigger of the statement pause the run');
select results_eq($$select s.detail from sluice.stuck s where s.name = 'tag' and s.problem = 'paused'$$,
  $$values ('cannot update table "tag" because it does not have a replica identity and publishes updates (SQLSTATE 55000)')$$,
  'with the server''s message');
select results_eq($$select s.advice like 'To enable updating the table, set REPLICA IDENTITY using ALTER TABLE.%'
    from sluice.stuck s where s.name = 'tag' and s.problem = 'paused'$$, $$values (true)$$, 'and its hint');
select is((select count(*) from sluice.events e where e.name = 'tag' and e.new_state = 'paused'), 1::bigint, 'once');
reset session authorization;
drop publication everything;
set session authorization author;
drop trigger refuse_all on frozen;
select sluice.resume(m.name) from (values ('tag'), ('leavers'), ('frozen')) as m (name);
call sluice.work(lasting => '10 minutes', until_idle => true);
select results_eq($$select sluice.finished(m.name) from (values ('tag'), ('leavers'), ('frozen')) as m (name)$$,
  $$select true from generate_series(1, 3)$$, 'and when it is over they go on, and finish');
select results_eq($$select (select count(*) from tag where v = 1), (select count(*) from gone), (select count(*) from frozen where v = 1)$$,
  $$values (3000::bigint, 0::bigint, 1000::bigint)$$, 'with every row done');

-- in the sweep

create function is_fine(i integer) returns boolean language plpgsql stable as $$
begin
  if i = 77 then
    raise exception 'no such schema' using errcode = '3F000';
  end if;
  return true;
end $$;
create table swept (id integer primary key, v integer);
insert into swept select i from generate_series(1, 1000) as i;
analyze swept;
select sluice.define('swept', 'swept', pending => 'is_fine(id) and v is null', set => 'v = 1', max_batch => 100);
select count(*) from sluice.schedule('swept', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'swept', until_idle => true);
select is(outcome('swept'), 'failed, 1 in quarantine, 0 attempts', 'a predicate that raises for one row quarantines it once');
select is((select count(*) from swept where v = 1), 999::bigint, 'all others are migrated');

-- an error that looks transient, and stays

create function stays_busy() returns trigger language plpgsql as $$
begin
  if new.id in (150, 2000) then
    raise exception 'busy' using errcode = 'lock_not_available';
  end if;
  return new;
end $$;
create table busy_by_key (id integer primary key, n integer not null default 0, v integer);
create table busy_striped (like busy_by_key including all);
create table busy_blocks (like busy_by_key including all);
insert into busy_by_key select i from generate_series(1, 3000) as i;
insert into busy_striped select i from generate_series(1, 3000) as i;
insert into busy_blocks select i from generate_series(1, 3000) as i;
create trigger stays_busy before update on busy_by_key for each row execute function stays_busy();
create trigger stays_busy before update on busy_striped for each row execute function stays_busy();
create trigger stays_busy before update on busy_blocks for each row execute function stays_busy();
analyze busy_by_key, busy_striped, busy_blocks;
select sluice.define('busy_by_key', 'busy_by_key', set => 'n = n + 1, v = id', max_attempts => 3);
select sluice.define('busy_striped', 'busy_striped', pending => 'v is null', set => 'n = n + 1, v = id', walk => 'striped', max_attempts => 3);
select sluice.define('busy_blocks', 'busy_blocks', pending => 'v is null', set => 'n = n + 1, v = id', walk => 'blocks', max_attempts => 3);
reset session authorization;
update sluice.policy set first_retry_after = '1 millisecond', last_retry_after = '2 milliseconds';
insert into sluice.schedule (migration, immediately) values ('busy_by_key', true), ('busy_striped', true), ('busy_blocks', true);
set session authorization author;
call sluice.work(lasting => '10 minutes', until_idle => true);
select results_eq($$select p.name, p.state, p.rows_quarantined from sluice.progress p where p.name like 'busy%' order by p.name$$,
  $$values ('busy_blocks', 'failed', 2::bigint), ('busy_by_key', 'failed', 2), ('busy_striped', 'failed', 2)$$,
  'rows that stay busy are quarantined alone, in every kind of walk');
select results_eq($$select array_agg(id order by id) from busy_by_key where n <> 1
    union all select array_agg(id order by id) from busy_striped where n <> 1
    union all select array_agg(id order by id) from busy_blocks where n <> 1$$,
  $$select array[150, 2000] from generate_series(1, 3)$$, 'and every other row is changed, once');

select * from finish();
