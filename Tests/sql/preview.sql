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

select * from finish();
