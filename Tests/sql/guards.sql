-- Guards: what they count, whom they name, what they leave out, and that one which cannot be read is heard of.

select no_plan();

select sluice.grant_author('author'), sluice.grant_viewer('viewer'), sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author, sluice_owner;
grant pg_monitor to sluice_owner;
update sluice.guard set enabled = false;

set session authorization author;
create table items (id integer primary key, size integer);
insert into items select i, i from generate_series(1, 20000) as i;
analyze items;
select sluice.define('sizes', 'items', pending => 'size is not null', set => 'size = null', max_batch => 1000);
select from sluice.schedule('sizes');

reset session authorization;
create procedure read_again() language sql as $$
  update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
  select sluice_internal.read_guards('public.items'::regclass);
$$;

-- What nobody reads is what fills the disk.
select pg_create_physical_replication_slot('left_behind', true);
checkpoint;
select pg_create_physical_replication_slot('by_design', true);
create table wal as select i, repeat('x', 500) as filler from generate_series(1, 20000) as i;
drop table wal;
update sluice.guard set enabled = true, slow_at = 1, hold_at = 4 where name = 'replication_bytes';
call read_again();
set session authorization viewer;
select results_eq($$select verdict, culprit from sluice.guards where name = 'replication_bytes'$$,
  $$values ('holds', 'physical slot "left_behind", which nobody reads')$$, 'a slot that nobody reads counts, and is named');
select matches((select waiting_for from sluice.progress('sizes')),
  '^guard replication_bytes: WAL that .*, or a slot keeps \(physical slot "left_behind", which nobody reads\) is [0-9.]+ MB, holding at 4$',
  'the reason names it, too');
select matches((select advice from sluice.stuck where name = 'sizes' and problem = 'waits'),
  '^A slot that nobody reads keeps WAL .*pg_drop_replication_slot.*set exempt = exempt .* select \* from sluice.guards where name = ''replication_bytes''',
  'and the advice says how to drop it, or do without it');
set session authorization author;
select matches(array_to_string((sluice.plan('sizes')).notes, ' '),
  'physical slot "left_behind", which nobody reads: PostgreSQL keeps all WAL for it, about .* of this run', 'a plan says so before');

set session authorization operator;
select throws_like($$update sluice.guard set exempt = '{null}'$$, '%exempt_has_no_null%', 'null exempts nothing');
update sluice.guard set exempt = exempt || array['left_behind'] where name = 'replication_bytes';
reset session authorization;
call read_again();
select is((select culprit from sluice.guards where name = 'replication_bytes'), 'physical slot "by_design", which nobody reads',
  'one that is exempt counts no more; the next is named');
update sluice.guard set exempt = '{left_behind,by_design}' where name = 'replication_bytes';
call read_again();
select is((select value from sluice.guards where name = 'replication_bytes'), null, 'when all are exempt, there is nothing to measure');
\ir ../../sql/guard/default_guards.sql
select is((select exempt from sluice.guard where name = 'replication_bytes'), '{left_behind,by_design}',
  'installing again leaves what is exempt');
select pg_drop_replication_slot('left_behind'), pg_drop_replication_slot('by_design');

-- A standby that is late on purpose: by what the guard's expressions make of rows of pg_stat_replication.
create schema fake;
create view fake.pg_stat_replication as
  select * from (values ('delayed', interval '1 hour'), ('near', interval '1 second'), (null, null)) as r (application_name, replay_lag);
set search_path to fake, pg_catalog, public;
create function fake.lag(exempt text[], out value double precision, out culprit text) language plpgsql as $$
declare
  known sluice.guard;
begin
  select g.* into known from sluice.guard g where g.name = 'replication_lag';
  execute format('select (%s), (%s)', replace(known.measure, 'pg_stat_replication', 'fake.pg_stat_replication'),
    replace(known.culprit, 'pg_stat_replication', 'fake.pg_stat_replication')) into value, culprit using 0::oid, exempt;
end
$$;
select results_eq($$select * from fake.lag('{}')$$, $$values (3600::double precision, 'standby "delayed"')$$, 'the slowest standby is named');
select results_eq($$select * from fake.lag('{delayed}')$$, $$values (1::double precision, 'standby "near"')$$,
  'one that is late on purpose can be left out by its application_name');
reset search_path;

-- A guard that cannot be read is refused when it is written ...
set session authorization sluice_owner;
select throws_ok(format($$insert into sluice.guard (name, measure, unit, slow_at, hold_at, description) values ('g', %L, 'x', 1, 2, 'x')$$, m),
  'SL009', 'guard "g" cannot be read', m)
from unnest(array['(select count(*) from app.errors)', 'nosuchfn()', '''hello''', '''NaN''::double precision', '1 / 0', ')', '']) as m;
select throws_ok($$update sluice.guard set measure = 'nosuchfn()' where name = 'connections'$$, 'SL009', null, 'or changed');
select throws_ok($$update sluice.guard set culprit = 'nosuchfn()' where name = 'connections'$$, 'SL009', null, 'so is the name');
create table readings (value double precision);
insert into readings values (1);
grant select on readings to sluice_owner;
select lives_ok($$insert into sluice.guard (name, measure, unit, slow_at, hold_at, description)
  values ('mine', '(select value from public.readings)', 'units', 10, 20, 'a reading')$$, 'one that gives a number is taken');

-- ... and heard of when it fails later.
update readings set value = 'NaN';
reset session authorization;
update sluice.guard set enabled = name = 'mine';
call read_again();
call read_again();
set session authorization viewer;
select results_eq($$select verdict, value from sluice.guards where name = 'mine'$$,
  $$values ('cannot be read: its measure is not a number (SQLSTATE 22003)', null::double precision)$$, 'NaN is no reading');
select is((select waiting_for from sluice.progress('sizes')), null, 'and holds nothing');
select is((select count(*) from sluice.events where kind = 'guard_failed'), 1::bigint, 'one event tells');
select results_eq($$select problem, detail, advice from sluice.stuck where problem = 'guard_unread'$$,
  $$values ('guard_unread', 'guard mine holds nothing back, because it cannot be read: its measure is not a number (SQLSTATE 22003)',
    'Correct its measure, as "sluice_owner", or switch it off: update sluice.guard set enabled = false where name = ''mine'';')$$,
  'stuck does as long as it is so');
reset session authorization;
update readings set value = 'infinity';
call read_again();
select is((select verdict from sluice.guards where name = 'mine'), 'holds', 'infinity holds');
select matches((select waiting_for from sluice.progress('sizes')), 'is Infinity units', 'and is shown');
drop table readings;
call read_again();
select matches((select verdict from sluice.guards where name = 'mine'), '^cannot be read: relation "public.readings" does not exist',
  'a table that is gone is said');
update sluice.guard set enabled = false;
select is_empty($$select from sluice.stuck where problem = 'guard_unread'$$, 'one that is off needs nobody');

-- Dead rows of the session's own earlier transactions count, though PostgreSQL reports them when the CALL ends.
create table bodies (id integer primary key, n integer) with (autovacuum_enabled = off, fillfactor = 100);
create index on bodies (n);
insert into bodies select i, i from generate_series(1, 3000) as i;
create table measured (share double precision);
create procedure work_in_one_call() language plpgsql as $$
declare
  share double precision;
begin
  update bodies set n = n + 1;
  commit;
  execute format('select (%s)', (select replace(measure, '100000', '1000') from sluice.guard where name = 'dead_rows'))
    into share using 'bodies'::regclass::oid, '{}'::text[];
  insert into measured values (share);
end
$$;
call work_in_one_call();
select ok((select share >= 0.4 from measured), 'the guard sees the dead rows of the CALL that makes them');
update sluice.guard set enabled = true where name = 'dead_rows';
insert into sluice_internal.guard_reading (guard, target, value, factor, read_at) values ('dead_rows', 'items'::regclass, 0.9, 0, clock_timestamp());
select matches((select advice from sluice.stuck where name = 'sizes' and problem = 'waits'), '^As the owner of the table: vacuum (public\.)?items; ',
  'and the advice is to vacuum');
update sluice_internal.guard_reading set read_at = clock_timestamp() - interval '50 seconds';
select ok(sluice_internal.guard_hold('items'::regclass) is not null and sluice_internal.guard_factor('items'::regclass) = 0,
  'where nobody reads it any more, a guard holds on for a while');
select ok(sluice_internal.held_since(m.migration_id) is not null, 'of what it holds nobody knows when it goes on')
from sluice_internal.migration m where m.name = 'sizes';
update sluice_internal.guard_reading set target = 'bodies'::regclass where guard = 'dead_rows';
select ok(sluice_internal.guard_hold('items'::regclass) is null and sluice_internal.guard_hold('bodies'::regclass) is not null, 'its own table only');
update sluice_internal.guard_reading set target = 'items'::regclass where guard = 'dead_rows';
update sluice_internal.guard_reading set read_at = clock_timestamp() - interval '61 seconds';
select is(sluice_internal.guard_hold('items'::regclass), null, 'but not longer than a minute');
select is(sluice_internal.guard_factor('items'::regclass), 1::double precision, 'nor does it slow the work');

-- Of tables where nothing is done any more, nothing is shown.
set session authorization author;
select sluice.cancel('sizes');
set session authorization viewer;
select is_empty($$select from sluice.guards where target is not null$$, 'readings are shown for tables at work only');
select is((select count(*) from sluice.guards where name = 'dead_rows'), 1::bigint, 'the guards themselves always');
select is_empty($$select name from sluice.guard where description ~ '[,.;]$'$$, 'descriptions end without a comma');

reset session authorization;
select * from finish();
