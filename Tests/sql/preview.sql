-- preview() of statements: every table that they write, before and after, and nothing stays.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;

create table parents (id integer primary key, moved boolean not null default false);
create table children (id integer primary key, parent_id integer not null references parents, label text);
create table archive (parent_id integer, child_id integer, label text, primary key (parent_id, child_id));
create table totals (name text primary key, n bigint not null);
create table log (line text);
create function write_log() returns trigger language plpgsql as $$
begin
  insert into log values (old.id::text);
  return null;
end
$$;
create trigger write_log after update on parents for each row execute function write_log();
insert into parents select i from generate_series(1, 30000) as i;
insert into children select i, (i + 1) / 2, 'child ' || i from generate_series(1, 60000) as i;
insert into totals values ('moved', 7), ('others', 1);
analyze parents, children;

select sluice.define('move', 'parents', pending => 'not moved', statements => array[
  'insert into archive select c.parent_id, c.id, c.label from children c join batch b on b.id = c.parent_id',
  'delete from children c using batch b where b.id = c.parent_id and c.id % 2 = 0',
  'update totals set n = n + (select count(*) from batch) where name = ''moved''',
  'update parents p set moved = true from batch b where b.id = p.id']);

create table answer as select * from sluice.preview('move', 2);
select results_eq(
  $$select relation::text, action, count(*) from answer group by 1, 2 order by 1, 2$$,
  $$values ('archive', 'insert', 2::bigint), ('children', 'delete', 2), ('log', 'insert', 2), ('parents', 'update', 2),
    ('totals', 'update', 1)$$,
  'each table that a batch writes is shown, also by triggers, up to the number of rows');
select ok(
  (select bool_and(a.key = array[a.row_after ->> 'parent_id', a.row_after ->> 'child_id']::text and a.row_before is null)
    from answer a where a.relation = 'archive'::regclass),
  'an inserted row has no row before, and its primary key');
select results_eq(
  $$select key, row_before, row_after from answer where relation = 'totals'::regclass$$,
  $$values ('{moved}', '{"n": 7, "name": "moved"}'::jsonb, '{"n": 9, "name": "moved"}'::jsonb)$$,
  'a row of another table is shown before and after the batch');
select is((select bool_and(row_after is null and (row_before ->> 'id')::integer % 2 = 0) from answer
  where relation = 'children'::regclass), true, 'a deleted row has no row after');
select is((select bool_and(row_before ->> 'moved' = 'false' and row_after ->> 'moved' = 'true' and key = format('{%s}', row_before ->> 'id'))
  from answer where relation = 'parents'::regclass), true, 'rows of the target are among them');
select is((select bool_and(key = '{}') from answer where relation = 'log'::regclass), true, 'a table without a primary key has no key');
select results_eq(
  $$select (select count(*) from archive), (select count(*) from children), (select sum(n) from totals),
    (select count(*) from parents where moved), (select count(*) from log)$$,
  $$values (0::bigint, 60000::bigint, 8::numeric, 0::bigint, 0::bigint)$$, 'and nothing is changed');

begin;
insert into totals values ('mine', 1);
select is((select count(*) from sluice.preview('move', 1) where relation = 'totals'::regclass), 1::bigint,
  'what the transaction wrote before is not taken for the batch''s');
rollback;

create table twice (id integer primary key, n integer not null default 0);
insert into twice (id) select generate_series(1, 100);
select sluice.define('twice', 'twice', pending => 'n < 2', statements => array[
  'update twice t set n = t.n + 1 from batch b where b.id = t.id', 'update twice t set n = t.n + 1 from batch b where b.id = t.id']);
select results_eq(
  $$select key, row_before ->> 'n', row_after ->> 'n', action from sluice.preview('twice', 1)$$,
  $$values ('{1}', '0', '2', 'update')$$, 'a row that is written twice is shown once, from first to last');

select sluice.define('set', 'twice', pending => 'n = 0', set => 'n = case when id = 2 then 0 else 1 end');
select results_eq(
  $$select key, action from sluice.preview('set', 2) order by 1$$, $$values ('{1}', 'update'), ('{2}', 'none')$$,
  'a row that the definition passes over is told from one that it updates');
select sluice.define('gone', 'twice', pending => 'id > 98', delete => true);
select results_eq(
  $$select key, action from sluice.preview('gone', 1)$$, $$values ('{99}', 'delete')$$, 'and from one that it deletes');

-- rows that cannot be migrated

create table raw (id integer primary key, v text, n integer unique);
insert into raw (id, v) select i, case when i in (3, 9) then 'n/a' else i::text end from generate_series(1, 1000) as i;
select sluice.define('raw', 'raw', pending => 'n is null', set => 'n = v::integer');
select results_eq(
  $$select key, action, row_before ->> 'v', row_after ->> 'n' from sluice.preview('raw', 10)$$,
  $$select format('{%s}', i), case when i in (3, 9) then 'fail' else 'update' end, case when i in (3, 9) then 'n/a' else i::text end,
    case when i not in (3, 9) then i::text end from generate_series(1, 10) as i$$,
  'rows that cannot be migrated are told from those that can');
select sluice.define('raw_statements', 'raw', pending => 'n is null', statements => array[
  'insert into log select b.v from batch b', 'update raw r set n = b.v::integer from batch b where b.id = r.id']);
select results_eq(
  $$select relation::text, key, action from sluice.preview('raw_statements', 4) where action = 'fail' or relation = 'raw'::regclass$$,
  $$values ('raw', '{1}', 'update'), ('raw', '{2}', 'update'), ('raw', '{3}', 'fail'), ('raw', '{4}', 'update')$$,
  'of statements, too');
create table double (day integer, v text, n integer);
create index on double (day);
insert into double select d, case when d = 2 then 'x' else '1' end from generate_series(1, 3) as d, generate_series(1, 2);
select sluice.define('double', 'double', key => '{day}', pending => 'day is not null and n is null', set => 'n = v::integer');
select results_eq(
  $$select key, action from sluice.preview('double', 6)$$,
  $$values ('{1}', 'update'), ('{1}', 'update'), ('{2}', 'fail'), ('{2}', 'fail'), ('{3}', 'update'), ('{3}', 'update')$$,
  'rows with one key fail together');
select sluice.define('hopeless', 'raw', pending => 'n is null', set => 'n = id / 0');
select throws_ok($$select * from sluice.preview('hopeless', 3)$$, '22012',
  'migration "hopeless", row {1} of public.raw: division by zero', 'where no row can be migrated the first error is raised, with its key');
select sluice.define('raising', 'raw', pending => 'v::integer > 5 and n is null', set => 'n = 0');
select throws_ok($$select * from sluice.preview('raising', 1)$$, '22P02',
  'migration "raising", pending: invalid input syntax for type integer: "n/a"', 'a predicate that raises for a row is named');
select sluice.define('gone_column', 'raw', pending => 'n is null', set => 'n = length(v)');
alter table raw rename v to w;
select throws_ok($$select * from sluice.preview('gone_column', 1)$$, '42703', null, 'what is no fault of a row is raised as it is');
alter table raw rename w to v;
select is((select count(*) from raw where n is not null) + (select count(*) from log), 0::bigint, 'and nothing is changed by any of them');

select * from finish();
