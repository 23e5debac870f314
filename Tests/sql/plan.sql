-- plan() and preview(): what they say of tables of every kind, and that they leave nothing behind.
--
-- hostile: set default_statistics_target = 100; exact numbers of rows are those of a whole sample

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;

create table packed (id bigint primary key, a integer not null, b integer, filler char(84));
insert into packed select i, i, null, '' from generate_series(1, 60000) as i;
create table nothing (like packed including all);
create table random_key (id uuid primary key default gen_random_uuid(), a integer, b integer, filler char(84));
insert into random_key (a, filler) select i, '' from generate_series(1, 60000) as i;
create table days (id bigint, day date, a integer, b integer, primary key (id, day)) partition by range (day);
create table days_1 partition of days for values from ('2026-01-01') to ('2026-01-02');
create table days_2 partition of days for values from ('2026-01-02') to ('2026-01-03');
insert into days select i, '2026-01-01'::date + i % 2, i, null from generate_series(1, 40000) as i;
create table heap (a integer, b integer) with (autovacuum_enabled = off);
insert into heap select i from generate_series(1, 20000) as i;
create table dates (id bigint primary key, start_date date, due_date date);
insert into dates
select i, case when i % 10000 = 0 then date '9999-12-31' + 1 else '2026-01-01' end, null from generate_series(1, 50000) as i;
analyze packed, random_key, days;

select sluice.define('packed', 'packed', pending => 'b is null', set => 'b = a');
select sluice.define('single', 'packed', pending => 'id = 27500 and b is null', set => 'b = a');
select sluice.define('indexed', 'packed', pending => 'a < 0 or b is null', set => 'a = -a, b = 1');
select sluice.define('nothing', 'nothing', pending => 'b is null', set => 'b = a');
select sluice.define('random_key', 'random_key', pending => 'b is null', set => 'b = a');
select sluice.define('random_all', 'random_key', set => 'b = a');
select sluice.define('days', 'days', pending => 'b is null', set => 'b = a');
select sluice.define('heap', 'heap', pending => 'b is null', set => 'b = a', walk => 'blocks');
select sluice.define('removed', 'packed', pending => 'a % 2 = 0', delete => true);
select sluice.define('copied', 'packed', pending => 'b is null',
  statements => array['insert into heap select a, b from batch', 'delete from packed p using batch w where p.id = w.id']);
select sluice.define('dividing', 'packed', pending => 'b is null', set => 'b = a / (a - a)');
select sluice.define('orphans', 'packed', pending => 'b is null', set => 'b = h.a', source => 'heap h',
  match => 'h.a = packed.a and h.a % 2 = 0');
select sluice.define('dates', 'dates', pending => 'start_date > ''9999-12-31'' or due_date > ''9999-12-31''',
  set => 'start_date = least(start_date, ''9999-12-31''), due_date = least(due_date, ''9999-12-31'')');

create table answer as
select n.name, p.*
from unnest('{packed,nothing,random_key,random_all,days,heap,removed,copied,dividing,orphans,dates}'::text[]) as n (name)
cross join lateral sluice.plan(n.name, within => '1 day') as p;

select is((select count(*) from answer where feasible), 11::bigint, 'every kind of definition and table gets a plan');
select is((select bool_and(full_speed <= planned and shortest_deadline <= '1 day') from answer), true,
  'nothing is planned to be faster than full speed');
select results_eq(
  $$ select walk, stripes, rows_estimated, pending_estimated, hot_share > 0.7 from answer where name = 'packed' $$,
  $$ values ('striped', 8, 60000::bigint, 60000::bigint, true) $$,
  'packed pages in key order are walked in stripes, and a column that was just filled with nulls counts as pending');
select results_eq(
  $$ select walk, stripes, notes[1] ~ 'random' from answer where name = 'random_key' $$,
  $$ values ('blocks', 16, true) $$,
  'where the key is random in the heap, the walk is by blocks, and the notes say why');
select results_eq(
  $$ select walk, stripes, notes[1] ~ 'random' from answer where name = 'random_all' $$,
  $$ values ('key', 1, true) $$,
  'but in its order, where no predicate would tell what moved behind the walk');
select results_eq(
  $$ select rows_estimated, pending_estimated, full_speed, table_growth_bytes from answer where name = 'nothing' $$,
  $$ values (0::bigint, 0::bigint, interval '0', 0::bigint) $$,
  'an empty table takes no time');
select results_eq(
  $$ select rows_estimated between 39000 and 41000, pending_estimated = rows_estimated from answer where name = 'days' $$,
  $$ values (true, true) $$,
  'partitions are estimated together');
select results_eq(
  $$ select walk, rows_estimated between 18000 and 22000, array_to_string(notes, ' ') ~ 'never analyzed' from answer where name = 'heap' $$,
  $$ values ('blocks', true, true) $$,
  'a table that was never analyzed is estimated by the density of a few pages');
select results_eq(
  $$ select walk, pending_estimated between 28000 and 32000, table_growth_bytes from answer where name = 'removed' $$,
  $$ values ('key', true, 0::bigint) $$,
  'a delete is planned without stripes and without growth');
select ok((select array_to_string(notes, ' ') ~ '22012' and full_speed > '0' from answer where name = 'dividing'),
  'a probe that fails becomes a note');
select ok((select array_to_string(notes, ' ') ~ 'no probe succeeded' and array_to_string(notes, ' ') !~ 'no probe met' from answer where name = 'dividing'),
  'where none succeeds, nothing is said of what they met');
select ok((select array_to_string(notes, ' ') ~ 'without a match stay pending' from answer where name = 'orphans'),
  'rows without a match in the source are noticed');
create table counters (id integer primary key, amount integer not null);
insert into counters select i, 1 from generate_series(1, 3000) as i;
analyze counters;
select sluice.define('counted', 'counters', pending => 'amount < 100', set => 'amount = amount + 1');
select ok((select array_to_string(p.notes, ' ') ~ 'of (\d+) pending rows probed \1 were still pending after the change' from sluice.plan('counted') p),
  'a change that leaves its rows pending is noticed before it is made');
select ok((select bool_and(date_trunc('second', planned) = planned) from answer where planned > '1 minute'),
  'durations have no digits that say nothing');
select ok((select pending_estimated < 0.1 * rows_estimated from answer where name = 'dates'),
  'rare pending rows are not taken for many');
select ok((select pending_estimated = 1 and wal_bytes < 100000 and array_to_string(notes, ' ') ~ 'no probe met a pending row'
  from sluice.plan('single')), 'a single row, where no probe looks, costs the WAL of a row');

create index packed_a on packed (id, a);
select results_eq(
  $$ select walk, stripes, array_to_string(notes, ' ') ~ 'packed_a' from sluice.plan('indexed') $$,
  $$ values ('key', 1, true) $$,
  'a change of an indexed column is walked without stripes, and the index is named');

select is((select count(*) from packed where b is not null or a < 0), 0::bigint, 'probes change nothing');
select is((select count(*) from heap where b is not null) + (select count(*) from heap) - 20000, 0::bigint,
  'nor do statements that write elsewhere');

select results_eq(
  $$ select feasible, shortest_deadline > '20 milliseconds', reason ~ 'full speed takes' from sluice.plan('packed', within => '20 milliseconds') $$,
  $$ values (false, true, true) $$,
  'a deadline that cannot be met is told, not raised');
select ok((
    select extract(epoch from a.full_speed) / a.seconds_per_row > 2 * extract(epoch from b.full_speed) / b.seconds_per_row
    from sluice.plan('packed') as a, sluice.plan('packed', workers => 8) as b),
  'more workers are planned to be faster, a row costing the same');
select ok((select planned > full_speed * 2 from sluice.plan('packed')), 'without a deadline it works gently');

-- Preview
select results_eq(
  $$ select key ~ '0000}$', relation::text, row_before ->> 'start_date', row_before ->> 'due_date', row_after ->> 'start_date', row_after ->> 'due_date'
     from sluice.preview('dates', 1) $$,
  $$ values (true, 'dates', '10000-01-01', null, '9999-12-31', '9999-12-31') $$,
  'preview shows that least() ignores null');
select is((select count(*) from sluice.preview('packed', 7)), 7::bigint, 'preview shows as many rows as are asked for');
select is((select bool_and(row_after is null) from sluice.preview('removed')), true, 'a deleted row has no row after');
select is((select bool_and(row_after ->> 'b' = row_before ->> 'a') from sluice.preview('heap')), true,
  'preview follows rows of a table without any key');
select is((select count(distinct relation) from sluice.preview('days', 1000)), 1::bigint, 'preview reads partitions');
select is_empty($$ select * from sluice.preview('nothing') $$, 'an empty table previews to nothing');
select throws_ok($$ select * from sluice.preview('dividing') $$, '22012', null, 'preview raises what the definition raises');
select is((select count(*) from dates where due_date is not null), 0::bigint, 'preview changes nothing');

-- Refused
select throws_ok($$ select sluice.plan('unknown') $$, 'SL002', null, 'an unknown name is refused');
select throws_ok($$ select sluice.plan('packed', workers => 0) $$, 'SL009', null, 'no workers are refused');
select throws_ok($$ select sluice.plan('packed', workers => 65) $$, 'SL009', null, 'too many workers are refused');
select throws_ok($$ select sluice.plan('packed', within => '-1 second') $$, 'SL009', null, 'a negative deadline is refused');
select throws_ok($$ select sluice.plan('packed', during => '{unknown}') $$, 'SL009', null, 'an unknown window is refused');
select throws_ok($$ select sluice.plan('packed', during => null) $$, 'SL009', null, 'null for windows is refused');
select throws_ok($$ select sluice.plan('packed', starting => 'infinity') $$, 'SL009', null, 'a start at infinity is refused');
select throws_ok($$ select sluice.preview('packed', 0) $$, 'SL009', null, 'a preview of no rows is refused');
reset session authorization;
select throws_ok($$ select sluice.plan('packed') $$, 'SL007', null, 'a superuser is refused: probes run the author''s SQL');
select throws_ok($$ select sluice.preview('packed') $$, 'SL007', null, 'and cannot preview');
set role author;
select throws_ok($$ select sluice.plan('packed') $$, 'SL007', null, 'SET ROLE does not help');
reset role;
select is((select count(*) from sluice_internal.guard_reading) + (select count(*) from sluice_internal.lane) + (select count(*) from sluice.schedule),
  0::bigint, 'plans and previews leave no reading, no lane and no schedule');

set session authorization author;
begin;
select sluice.schedule('nothing', immediately => true);
commit;
call sluice.cleanup('nothing');
select throws_ok($$ select sluice.plan('nothing') $$, 'SL006', null, 'after cleanup there is nothing to plan with');

create table tiny (id integer primary key, b integer);
insert into tiny select i from generate_series(1, 1000) as i;
analyze tiny;
select sluice.define('tiny', 'tiny', pending => 'b is null', set => 'b = 1');
select ok((select array_to_string(notes, ' ') ~ '^it is too small to be worth a probe' from sluice.schedule('tiny', immediately => true)),
  'a small table that is to be done at once is not probed, and the notes say so');

select * from finish();
