-- Columns that are others than when a lane began, by the same names: what its bounds and its work meant is gone.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to error;

\ir support/run_until.sql

create table swapped (id integer primary key, id2 integer not null unique, v integer, n integer not null default 0, other integer);
insert into swapped (id, id2) select i, 5000 - i from generate_series(1, 1000) as i;
create table swapped_too (like swapped including all);
insert into swapped_too (id, id2) select i, 5000 - i from generate_series(1, 1000) as i;
select sluice.define('swapped', 'swapped', set => 'n = n + 1', max_batch => 100);
select sluice.define('swapped_too', 'swapped_too', pending => 'v is null', set => 'v = 1, n = n + 1', max_batch => 100, proof => 'ranges');
select count(*) from sluice.schedule('swapped', immediately => true) as a, sluice.schedule('swapped_too', immediately => true) as b;
call run_until('swapped', $$(select rows_changed >= 300 from sluice.progress('swapped'))$$);
call run_until('swapped_too', $$(select rows_changed >= 300 from sluice.progress('swapped_too'))$$);
alter table swapped rename other to renamed;
alter table swapped add added integer;
call run_until('swapped', $$(select rows_changed >= 500 from sluice.progress('swapped'))$$);
select is((select state from sluice.progress('swapped')), 'running', 'what other columns are called, and new ones, do not matter');
begin;
alter table swapped rename id to id3; alter table swapped rename id2 to id; alter table swapped rename id3 to id2;
alter table swapped_too rename id to id3; alter table swapped_too rename id2 to id; alter table swapped_too rename id3 to id2;
commit;
call sluice.work('10 minutes', 'swapped', until_idle => true);
call sluice.work('10 minutes', 'swapped_too', until_idle => true);
select results_eq($$select p.state, p.waiting_for like '%SL017%', (select max(n) from swapped) from sluice.progress('swapped') as p$$,
  $$values ('paused', true, 1)$$, 'where columns of the key exchange their names, a migration without a predicate pauses');
select results_eq($$select p.state, (select count(*) from swapped_too where v is null), (select max(n) from swapped_too)
    from sluice.progress('swapped_too') as p$$,
  $$values ('finished', 0::bigint, 1)$$, 'with one, its walk begins again');

create table refilled (id integer primary key, v integer, w integer);
insert into refilled select i from generate_series(1, 1000) as i;
create table refilled_too (like refilled including all);
insert into refilled_too select i from generate_series(1, 1000) as i;
select sluice.define('refilled', 'refilled', set => 'v = id', max_batch => 100);
select sluice.define('refilled_too', 'refilled_too', pending => 'v is null', set => 'v = id', max_batch => 100, proof => 'ranges');
select count(*) from sluice.schedule('refilled', immediately => true) as a, sluice.schedule('refilled_too', immediately => true) as b;
call run_until('refilled', $$(select rows_changed >= 300 from sluice.progress('refilled'))$$);
call run_until('refilled_too', $$exists (select from sluice.lanes where name = 'refilled_too' and act = 'sweep' and rows_visited > 300)$$);
alter table refilled rename v to v2;
call sluice.work('10 minutes', 'refilled', until_idle => true);
select is((select waiting_for like '%42703%' from sluice.progress('refilled')), true, 'a column that is renamed pauses it with the server''s error');
alter table refilled rename v2 to v;
select sluice.resume('refilled');
call run_until('refilled', $$(select rows_changed >= 600 from sluice.progress('refilled'))$$);
select is((select state from sluice.progress('refilled')), 'running', 'named as before, it goes on');
alter table refilled drop v, add v integer;
alter table refilled_too drop v, add v integer;
call sluice.work('10 minutes', 'refilled', until_idle => true);
call sluice.work('10 minutes', 'refilled_too', until_idle => true);
select results_eq($$select state, waiting_for like '%SL017%' from sluice.progress('refilled')$$, $$values ('paused', true)$$,
  'where a column that is assigned is dropped and added again, a migration without a predicate pauses');
select results_eq($$select p.state, (select count(*) from refilled_too where v is null) from sluice.progress('refilled_too') as p$$,
  $$values ('finished', 0::bigint)$$, 'and one that is proved by ranges begins again');
select sluice.restart('refilled');
select sluice.resume('refilled');
call sluice.work('10 minutes', 'refilled', until_idle => true);
select results_eq($$select p.state, (select count(*) from refilled where v is null) from sluice.progress('refilled') as p$$,
  $$values ('finished', 0::bigint)$$, 'to restart it changes all rows');

create table leaves (id integer, part integer, v integer, primary key (part, id)) partition by list (part);
create table leaf_1 partition of leaves for values in (1);
create table leaf_2 partition of leaves for values in (2);
insert into leaves select i, 1 + i % 2 from generate_series(1, 100) as i;
select sluice.define('leaves', 'leaves', set => 'v = id', min_batch => 100, max_batch => 100);
select count(*) from sluice.schedule('leaves', immediately => true);
call run_until('leaves', $$(select count(*) > 0 from leaves where v is not null)$$);
select is((select count(*) from leaves where v is null), 50::bigint, 'one partition is done, the other not begun');
alter table leaves drop v, add v integer;
call sluice.work('10 minutes', 'leaves', until_idle => true);
select results_eq($$select state, waiting_for like '%SL017%' from sluice.progress('leaves')$$, $$values ('paused', true)$$,
  'a partition that was done before the column was dropped is not taken for done');

create type stage as enum ('one', 'two', 'three');
create table staged (stage stage, id integer, n integer not null default 0, primary key (stage, id));
insert into staged select (enum_range(null::stage))[1 + i % 3], i from generate_series(1, 900) as i;
select sluice.define('staged', 'staged', set => 'n = n + 1', max_batch => 100);
select count(*) from sluice.schedule('staged', immediately => true);
call run_until('staged', $$(select rows_changed >= 400 from sluice.progress('staged'))$$);
alter type stage rename value 'one' to 'other';
alter type stage rename value 'three' to 'one';
alter type stage rename value 'other' to 'three';
call sluice.work('10 minutes', 'staged', until_idle => true);
select results_eq($$select p.state, p.waiting_for like '%SL017%', (select max(n) from staged) from sluice.progress('staged') as p$$,
  $$values ('paused', true, 1)$$, 'where labels of an enum in the key exchange their names, it pauses');

-- a copy

create table restored (id integer primary key, gone integer, n integer not null default 0);
insert into restored select i from generate_series(1, 1000) as i;
alter table restored drop gone;
select sluice.define('restored', 'restored', set => 'n = n + 1', max_batch => 100);
select count(*) from sluice.schedule('restored', immediately => true);
call run_until('restored', $$(select rows_changed >= 300 from sluice.progress('restored'))$$);
reset session authorization;
-- as in a dump, before which no column had been dropped, and its types had other numbers
update sluice_internal.lane set key_order = 'columns 1:17 set 2' where key_order = 'columns 1:23 set 3';
update sluice_internal.installation set database_oid = 1;
select sluice.adopt();
set session authorization author;
call sluice.work('10 minutes', 'restored', until_idle => true);
select results_eq($$select p.state, (select sum(n) from restored) from sluice.progress('restored') as p$$,
  $$values ('finished', 1000::bigint)$$, 'the numbers of columns and types, which are others in a copy, do not matter there');

select * from finish();
