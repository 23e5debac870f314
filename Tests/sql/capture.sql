-- A capture trigger converts what the application writes meanwhile, by the expressions of the definition; it costs the
-- application little, breaks nothing, and goes when the migration is cleaned up.
--
-- hostile: planted numeric * integer; the SET lists of this test are its own

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
select sluice.grant_operator('operator');
reset role;
grant create on schema public to author;
set session authorization author;

-- the SET list, taken apart

create function parts(set text) returns text language sql as $$
  select string_agg(format('%s: %s', a.column_name, coalesce(regexp_replace(btrim(a.expression, E' \n'), '\s+', ' ', 'g'), '-')), '; ')
  from sluice_internal.split_assignments(set) as a
$$;

select is(parts('a = 1'), 'a: 1', 'a column and its expression');
select is(parts('a=-1,b=1--2'), 'a: -1; b: 1--2', 'signs and comments end an operator');
select is(parts('A = b = c'), 'a: b = c', 'the first sign assigns, names are folded');
select is(parts('"A, ""b"" = 1" = f(x, y), c = g[1, 2]'), 'A, "b" = 1: f(x, y); c: g[1, 2]', 'quoted names, calls, brackets');
select is(parts($s$a = 'it''s, b = 1', b = E'\', c = 2', c = u&'\0041, d = 3'$s$),
  $s$a: 'it''s, b = 1'; b: E'\', c = 2'; c: u&'\0041, d = 3'$s$, 'strings of each kind');
select is(parts('a = $q$ , b = $$ 2 $q$, b = $$ , $$'), 'a: $q$ , b = $$ 2 $q$; b: $$ , $$', 'dollar quotes');
select is(parts('a = 1 /* , b = 2 /* nested */ , */ + 1, -- c = 3,
  b = 2'), 'a: 1 /* , b = 2 /* nested */ , */ + 1; b: 2', 'comments, also nested ones');
select is(parts('(a, b) = row(1, f(2, 3)), (c, d) = (4, ''x,)'')'), 'a: 1; b: f(2, 3); c: 4; d: ''x,)''', 'rows');
select is(parts('(a, b) = (select x, y from t where x = 1)'),
  'a: (select q.c1 from (select x, y from t where x = 1 ) as q (c1, c2)); '
  'b: (select q.c2 from (select x, y from t where x = 1 ) as q (c1, c2))', 'a subquery gives several columns');
select is(parts('(a, b) = ((with t as (select 1, 2) select * from t))'),
  'a: (select q.c1 from (with t as (select 1, 2) select * from t ) as q (c1, c2)); '
  'b: (select q.c2 from (with t as (select 1, 2) select * from t ) as q (c1, c2))', 'in more parentheses, with its own expressions');
select is(parts('(a, b) = ((select 1), 2)'), 'a: (select 1); b: 2', 'a row may begin with a subquery');
select is(parts('a = default, b[1] = 2, c.d = 3, (e, f) = row(x.*), g = (default)'), 'a: -; b: -; c: -; e: -; f: -; g: (default)',
  'what has no expression of its own');
select is(parts('a = b >= c, d = e->>''f'', g = h || ''='' || i, j = case when k = l then m end'),
  'a: b >= c; d: e->>''f''; g: h || ''='' || i; j: case when k = l then m end', 'other operators with the same sign');
select is((select string_agg(t.token, '') from sluice_internal.sql_tokens('a $x$ ''open /* 1e+5"x') as t), 'a $x$ ''open /* 1e+5"x',
  'the tokens together are the text, whatever was left open');

-- what is refused

create table plain (id integer primary key, n integer, done boolean, twice integer generated always as (n * 2) stored, tags text[]);

create function refused(pending text, set text) returns text language plpgsql as $$
begin
  perform sluice.define('refused', 'plain', pending => refused.pending, set => refused.set, capture => true);
  return 'accepted';
exception when others then
  return format('%s %s', sqlstate, sqlerrm);
end $$;

select is(refused('true', 'n = n + 1'),
  'SL001 migration "refused", capture: without a pending predicate nothing tells which rows to convert',
  'capture needs a predicate');
select is(refused('n is null', 'n = default'),
  'SL001 migration "refused", capture: what is assigned to column n has no expression of its own', 'a default is refused');
select is(refused('tags is null', 'tags[1] = ''a'''),
  'SL001 migration "refused", capture: what is assigned to column tags has no expression of its own', 'an element too');
select is(refused('n is null', 'n = coalesce(twice, 1)'),
  'SL001 migration "refused", capture: column twice is generated, and a trigger runs before it is', 'a generated column too');
create function doubled(plain) returns integer language sql immutable as $$ select ($1).twice $$;
select is(refused(w.pending, w.set),
  'SL001 migration "refused", capture: the row as a whole is read, in which column twice is generated, and a trigger runs before it is',
  'the row that it is part of, too: ' || w.pending || ', ' || w.set)
from (values
  ('doubled(plain) is null', 'n = 1'), ('plain.doubled is null', 'n = 1'), ('doubled(plain.*) is null', 'n = 1'),
  ('n is null', 'n = length(plain::text)'), ('n is null', 'n = (to_jsonb(plain) ->> ''twice'')::integer'),
  ('n is null', 'n = (select max(1) from pg_class where plain is not null)')) as w (pending, set);
select alike(refused('n is null and (select q.twice is null from (select plain.*) as q)', 'n = 1'), 'SL001%column twice is generated%',
  'or all of its columns');
select is(refused('n is null', 'n = hashtext(plain.ctid::text)'),
  '42703 migration "refused", capture: column plain.ctid does not exist', 'ctid too');
select throws_ok($$select sluice.define('d', 'plain', pending => 'n is null', delete => true, capture => true)$$, 'SL001',
  'migration "d", capture: only an update (set) can be captured, this is a delete', 'a delete cannot be captured');
select throws_ok($$select sluice.define('d', 'plain', pending => 'n is null', statements => '{select 1}', capture => true)$$, 'SL001',
  'migration "d", capture: only an update (set) can be captured, this is a statements', 'statements cannot either');

create table by_day (day date, id integer, n integer, primary key (day, id)) partition by range (day);
create table by_day_1 partition of by_day for values from ('2020-01-01') to ('2021-01-01');
select throws_ok(
  $$select sluice.define('d', 'by_day', pending => 'n is null', set => 'day = day + 1, n = 1', capture => true)$$, 'SL001',
  'migration "d", capture: column day is part of a partition key', 'a row cannot be moved to another partition');

reset session authorization;
create schema foreign_schema;
create table foreign_schema.theirs (id integer primary key, n integer);
grant select, update on foreign_schema.theirs to author;
grant usage on schema foreign_schema to author;
set session authorization author;
select throws_ok(
  $$select sluice.define('d', 'foreign_schema.theirs', pending => 'n is null', set => 'n = 1', capture => true)$$, '42501',
  'migration "d", capture: "author" lacks the right to create on schema foreign_schema', 'its function needs a place');
reset session authorization;
grant create on schema foreign_schema to author;
set session authorization author;
select throws_ok(
  $$select sluice.define('d', 'foreign_schema.theirs', pending => 'n is null', set => 'n = 1', capture => true)$$, '42501',
  'migration "d", capture: "author" lacks the right to trigger on table foreign_schema.theirs', 'and the trigger a table');
select is_empty($$select proname from pg_proc where proname like 'sluice_capture_%'$$, 'a refused definition leaves nothing');

-- the trigger

create table orders (id integer primary key, total numeric, cents bigint, note text);
insert into orders select i, i from generate_series(1, 5000) as i;
select sluice.define('cents', 'orders', pending => 'cents is null', set => 'cents = total * 100 -- exactly', capture => true,
  min_batch => 1000, max_batch => 1000);
select sluice.schedule('cents', immediately => true);
select results_eq($$select act, state from sluice.lanes where name = 'cents' order by lane_id$$,
  $$values ('capture', 'active'), ('change', 'queued')$$, 'the lane of the trigger comes first, the others wait');
select results_eq($$select act, percent from sluice.lanes where name = 'cents' order by act$$,
  $$values ('capture', 0::numeric), ('change', 0::numeric)$$, 'neither has done anything so far');
select is_empty($$select * from sluice.captures$$, 'nothing is on the table before');
reset session authorization;
update sluice.schedule set workers = 4 where migration = 'cents';
update sluice_internal.lane set due_at = clock_timestamp() + interval '1 hour' where act = 'capture';
set session authorization author;
select results_eq($$
  select c.lane_id, l.state from sluice_internal.claim('cents') as c cross join sluice.lanes l where l.name = 'cents' and l.act = 'change'$$,
  $$values (null::bigint, 'queued')$$, 'while it waits for its lock, workers to spare begin no other lane');
reset session authorization;
update sluice.schedule set workers = 1 where migration = 'cents';
set session authorization author;
select is(sluice_internal.run_one('cents'), 0::double precision, 'a worker takes it');
select results_eq($$select name, target::text, enabled, checks_first from sluice.captures$$,
  $$values ('cents', 'orders', 'always', true)$$, 'the trigger is in place, and fires for replicated rows, too');
select is((select count(*) from orders where cents is not null), 0::bigint, 'before the first row was visited');
select ok((select d.capture and p.capture from sluice.definitions d join sluice.progress p using (name) where name = 'cents'),
  'definitions and progress say so');
select is((select state from sluice.lanes where name = 'cents' and act = 'change'), 'queued', 'then the others may begin');

insert into orders values (-1, 1.5, null), (-2, 2, 7);
update orders set note = 'written' where id in (4999, 5000);
update orders set cents = null, total = 3 where id = 4998;
select results_eq($$select id, cents from orders where id < 0 or id > 4997 order by id$$,
  $$values (-2, 7::bigint), (-1, 150), (4998, 300), (4999, 499900), (5000, 500000)$$,
  'rows that are written are converted; rows that are not pending stay as they are');
insert into orders values (-1, 9, null) on conflict (id) do update set total = excluded.total, cents = null;
select is((select cents from orders where id = -1), 900::bigint, 'an upsert too');
\copy orders (id, total) from program 'echo "-3	4"'
select is((select cents from orders where id = -3), 400::bigint, 'and a copy');
reset session authorization;
set session_replication_role = replica;
insert into orders values (-5, 5);
reset session_replication_role;
set session authorization author;
select is((select cents from orders where id = -5), 500::bigint, 'and what replication applies');

call sluice.work(lasting => '10 minutes', only_migration => 'cents', until_idle => true);
select is((select state from sluice.progress('cents')), 'finished', 'the run ends');
select is((select max(pass) from sluice.lanes where name = 'cents'), 1, 'verification found nothing in its first pass');
select is_empty($$select id from orders where cents is distinct from case id when -2 then 7 else total * 100 end$$,
  'every row is done once');
select is((select count(*) from sluice.captures), 1::bigint, 'the trigger stays until the cleanup');
call sluice.cleanup('cents');
select is_empty($$select * from sluice.captures$$, 'which removes it');
select is_empty($$select proname from pg_proc where proname like 'sluice_capture_%'$$, 'with its function');
insert into orders values (-4, 1);
select is((select cents from orders where id = -4), null, 'nothing is converted any more');

-- with a source, several columns, names of all kinds, and a predicate with a subquery

create table stages (id integer primary key, project_id integer, name text, weight integer);
insert into stages values (1, 1, 'build', 10), (2, 1, 'test', 20), (3, 2, 'build', 30);
create table "Odd builds" (id integer primary key, "new" integer, project_id integer, "select" text, found integer, weight integer, c1 text);
select sluice.define('odd', 'public."Odd builds"',
  pending => '"new" is null and exists (select from stages s where s.project_id = "Odd builds".project_id)',
  set => $s$"new" = s.id, (weight, c1) = (select t.weight, 'x' || t.id from stages t where t.id = s.id), found = "Odd builds".id$s$,
  source => 'stages s -- of the project', match => 's.project_id = "Odd builds".project_id and s.name = "select" -- by name',
  capture => true);
select sluice.schedule('odd', immediately => true);
select sluice_internal.run_one('odd');
select is((select checks_first from sluice.captures), false, 'a subquery is asked in the function');
insert into "Odd builds" (id, project_id, "select") values (1, 1, 'test'), (2, 2, 'build'), (3, 2, 'no such'), (4, 9, 'build');
select results_eq($$select id, "new", weight, c1, found from "Odd builds" order by id$$,
  $$values (1, 2, 20, 'x2', 1), (2, 3, 30, 'x3', 2), (3, null, null, null, null), (4, null, null, null, null)$$,
  'rows with a source get its values, those without stay as they are');

-- the application's role needs no right of its own, and gains none

reset session authorization;
grant insert, update, select on "Odd builds" to application;
set session authorization application;
insert into "Odd builds" (id, project_id, "select") values (5, 1, 'build');
select is((select "new" from "Odd builds" where id = 5), 1, 'the function reads the source with the author''s rights');
select throws_ok('select * from stages', '42501', null, 'which the application has not');
select throws_ok(
  format('create temporary table own (like "Odd builds"); create trigger t before insert on own for each row execute function %I()',
    (select p.proname from pg_proc p where p.proname ~ '^sluice_capture_2_')),
  '42501', null, 'and cannot borrow');
set session authorization author;

-- what raises is left to the walk

create table texts (id integer primary key, raw text, value integer, small varchar(3));
select sluice.define('texts', 'texts', pending => 'value is null', set => 'value = raw::integer, small = raw', capture => true);
select sluice.schedule('texts', immediately => true);
select sluice_internal.run_one('texts');
select lives_ok($$insert into texts values (1, 'one'), (2, '2'), (3, '3000')$$, 'an expression that fails does not break the application');
select results_eq('select id, value, small from texts order by id', $$values (1, null, null), (2, 2, '2'::varchar), (3, null, null)$$,
  'such a row stays pending, whole');
create function asserted(raw text) returns integer language plpgsql as $$begin assert raw <> 'no'; return raw::integer; end$$;
create table claims (id integer primary key, raw text, value integer);
select sluice.define('claims', 'claims', pending => 'value is null', set => 'value = asserted(raw)', capture => true);
select sluice.schedule('claims', immediately => true);
select sluice_internal.run_one('claims');
select lives_ok($$insert into claims values (1, 'no'), (2, '2')$$, 'nor does one in which an assertion fails');
select results_eq('select id, value from claims order by id', 'values (1, null), (2, 2)', 'whose row stays pending, too');
select sluice.cancel('claims');
select sluice.drop_capture('claims');
select sluice.forget('claims');
call sluice.work(lasting => '10 minutes', only_migration => 'texts', until_idle => true);
select is((select rows_quarantined from sluice.progress('texts')), 2::bigint, 'the walk puts it aside, with the error');

-- cancelled, restarted, forgotten

select is((select count(*) from sluice.captures where name in ('texts', 'odd')), 2::bigint, 'a failed migration keeps its trigger');
select sluice.cancel('texts');
select is_empty($$select * from sluice.captures where name = 'texts'$$, 'its owner''s cancel removes it');
reset session authorization;
set session authorization operator;
select sluice.cancel('odd');
select results_eq($$select name, problem, advice from sluice.stuck$$,
  $$select 'odd', 'capture_left', format('As "author": drop function %s cascade; which removes the trigger, too.', p.oid::regprocedure)
    from pg_proc p where p.proname ~ '^sluice_capture_2_[0-9a-f]{8}$'$$,
  'an operator''s leaves it, and says how to remove it');
select throws_ok($$select sluice.forget('odd')$$, 'SL006', 'cannot forget migration "odd": its capture trigger is still on public."Odd builds"',
  'it is not forgotten');
reset session authorization;
set session authorization author;
delete from "Odd builds" where id = 3;
select sluice.schedule('odd', immediately => true);
select is(sluice_internal.run_one('odd') >= 0, true, 'scheduled again, it goes on');
select throws_ok($$select sluice.drop_capture('odd')$$, 'SL006', null, 'the trigger of a run cannot be dropped');
call sluice.work(lasting => '10 minutes', only_migration => 'odd', until_idle => true);
select is((select state from sluice.progress('odd')), 'finished', 'to its end');
select sluice.restart('odd');
select sluice.cancel('odd');
select sluice.forget('odd');
select sluice.forget('texts');
select is_empty($$select proname from pg_proc where proname like 'sluice_capture_%'$$, 'what is forgotten leaves nothing');

-- a predicate that could fail is asked in the function

create table questions (id integer primary key, j jsonb, "then" text, done timestamptz);
set datestyle to 'SQL, DMY';
select sluice.define('questions', 'questions',
  pending => $$j ? 'old' and case when "then" = 'a' then true else "then"::integer > 0 end and (done is null or done < '01-02-03')$$,
  set => $$j = j - 'old', done = '2020-03-02'$$, capture => true);
reset datestyle;
select sluice.schedule('questions', immediately => true);
select sluice_internal.run_one('questions');
select is((select checks_first from sluice.captures where name = 'questions'), false, 'it does not stand before the function');
insert into questions values (1, '{"old": 1}', 'a'), (2, '{"old": 1}', '0'), (3, '{"old": 1}', 'text'), (4, '{}', 'a');
select results_eq('select id, j, done::date from questions order by id',
  $$values (1, '{}'::jsonb, date '2020-03-02'), (2, '{"old": 1}', null), (3, '{"old": 1}', null), (4, '{}', null)$$,
  'rows that are pending are converted, rows for which it raises are left alone');
insert into questions values (5, '{"old": 1}', 'a', '2003-01-15'), (6, '{"old": 1}', 'a', '2003-02-15');
select results_eq('select id, j from questions where id > 4 order by id', $$values (5, '{}'::jsonb), (6, '{"old": 1}')$$,
  'dates are read as in the session that defined it');
delete from questions where id = 3;
call sluice.cleanup('questions');

-- lost and found

update orders set cents = null;
select sluice.define('lost', 'orders', pending => 'cents is null', set => 'cents = total * 100', capture => true);
select sluice.schedule('lost', immediately => true);
select sluice_internal.run_one('lost');
alter table orders disable trigger user;
call sluice.work(lasting => '10 minutes', only_migration => 'lost', until_idle => true);
select is((select state from sluice.progress('lost')), 'finished', 'a trigger that somebody disabled');
select results_eq($$select kind from sluice.events where name = 'lost' and kind in ('captured', 'capture_lost') order by event_id$$,
  $$values ('captured'), ('capture_lost'), ('captured')$$, 'is installed anew before the verification');
select is((select enabled from sluice.captures), 'always', 'and works again');
drop table orders;
select lives_ok($$select * from sluice.captures$$, 'a table that is dropped takes its trigger along');
select sluice.forget('lost');
select is_empty($$select proname from pg_proc where proname like 'sluice_capture_%'$$, 'and forget the function');

-- on_finish may drop what the trigger reads

create table names (id integer primary key, first text, last text, name text);
insert into names select i, 'a', i from generate_series(1, 100) as i;
select sluice.define('names', 'names', pending => 'name is null and first is not null', set => $$name = first || ' ' || last$$, capture => true,
  on_finish => '{alter table names alter name set not null, alter table names drop first, alter table names drop last}');
call sluice.cleanup('names');
select columns_are('names', '{id,name}'::name[], 'also while PostgreSQL says that the trigger depends on it');
select is_empty($$select proname from pg_proc where proname like 'sluice_capture_%'$$, 'and nothing is left');
select is((select count(*) from names where name = 'a ' || id), 100::bigint, 'all rows are done');

-- partitions

insert into by_day values ('2020-05-05', 1, null);
select sluice.define('days', 'by_day', pending => 'n is null', set => 'n = extract(doy from day)', capture => true);
select sluice.schedule('days', immediately => true);
select sluice_internal.run_one('days');
create table by_day_2 (id integer not null, n integer, day date not null);
create table by_day_3 partition of by_day for values from ('2022-01-01') to ('2023-01-01');
alter table by_day attach partition by_day_2 for values from ('2021-01-01') to ('2022-01-01');
insert into by_day values ('2020-01-02', 2), ('2021-01-03', 3), ('2022-01-04', 4);
select results_eq('select id, n from by_day where id > 1 order by id', 'values (2, 2), (3, 3), (4, 4)',
  'the partitions have it, new ones and attached ones too, in whatever order their columns are');
call sluice.cleanup('days');
select is_empty($$select tgname from pg_trigger where tgname like 'zz_sluice_capture_%'$$, 'cleanup takes it from all');
select is((select n from by_day where id = 1), 126, 'all rows are done');

create table parent (id integer primary key, n integer);
create table child (extra text, primary key (id)) inherits (parent);
select sluice.define('heirs', 'parent', pending => 'n is null', set => 'n = id', capture => true);
select sluice.schedule('heirs', immediately => true);
select sluice_internal.run_one('heirs');
insert into child (id) values (7);
select is((select n from child), 7, 'a table that inherits has a trigger of its own');
call sluice.cleanup('heirs');
select is_empty($$select tgname from pg_trigger where tgname like 'zz_sluice_capture_%'$$, 'cleanup takes it from both');

-- tables that change

create table renamed (id integer primary key, n integer);
select sluice.define('renamed', 'renamed', pending => 'n is null', set => 'n = renamed.id', capture => true);
select sluice.schedule('renamed', immediately => true);
select sluice_internal.run_one('renamed');
alter table renamed rename to named_anew;
insert into named_anew values (1);
select is((select n from named_anew), 1, 'a table that is renamed keeps its trigger');
alter table named_anew rename id to key;
select lives_ok('insert into named_anew values (2)', 'a column that is renamed breaks no statement of the application');
alter table named_anew rename n to m;
select lives_ok('insert into named_anew values (3, null), (4, 4)', 'whichever column it is');
select lives_ok('update named_anew set m = m', 'and whatever is written');
alter table named_anew rename key to id;
alter table named_anew rename m to n;
alter table named_anew rename to renamed;
call sluice.cleanup('renamed');
select is((select count(*) from renamed where n = id), 4::bigint, 'named as before, it is done to its end');

create table retyped (id integer primary key, n integer);
select sluice.define('retyped', 'retyped', pending => 'n is null', set => 'n = id', capture => true);
select sluice.schedule('retyped', immediately => true);
reset session authorization;
alter table retyped owner to sluice_owner;
revoke all on retyped from author;
grant select, update on retyped to author;
set session authorization author;
select sluice_internal.run_one('retyped');
select matches(waiting_for, 'permission denied.*42501', 'a right that is lost pauses it, with the reason') from sluice.progress('retyped');
reset session authorization;
grant trigger on retyped to author;
set session authorization author;
select sluice.resume('retyped');
select sluice_internal.run_one('retyped');
select is((select enabled from sluice.captures), 'on', 'the trigger of somebody else''s table does not fire for replicated rows');
call sluice.cleanup('retyped');
select is_empty($$select tgname from pg_trigger where tgname like 'zz_sluice_capture_%'$$, 'its author removes it, who does not own the table');

-- several on one table

reset session authorization;
select setval(pg_get_serial_sequence('sluice_internal.migration', 'migration_id'), 998);
set session authorization author;
create table chained (id integer primary key, total integer, cents integer, euros integer);
select sluice.define('chained_cents', 'chained', pending => 'cents is null', set => 'cents = total * 100', capture => true);
select sluice.define('chained_euros', 'chained', pending => 'euros is null and cents is not null', set => 'euros = cents / 100',
  capture => true, after => '{chained_cents}');
select count(*) from sluice.schedule('chained_cents', immediately => true) as a, sluice.schedule('chained_euros', immediately => true) as b;
call sluice.work('10 minutes', until_idle => true);
insert into chained (id, total) values (1, 7);
select results_eq('select cents, euros from chained', 'values (700, 7)', 'triggers fire in the order in which their migrations were defined');
select results_eq($$select name, is_intact from sluice.captures where target = 'chained'::regclass order by trigger$$,
  $$values ('chained_cents', true), ('chained_euros', true)$$, 'and each is known');
call sluice.cleanup('chained_cents');
call sluice.cleanup('chained_euros');
select is_empty($$select tgname from pg_trigger where tgname like 'zz_sluice_capture_%'$$, 'cleanup removes both');

select * from finish();
