-- Handlers: rows go to the application and come back as changes, in the batch's own transaction.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table tokens (id bigint primary key, token text, encrypted bytea, short varchar(3), tags text[], extra jsonb, score float8);
insert into tokens select i, 'secret ' || i from generate_series(1, 100) as i;
create table other_tokens (id bigint primary key, encrypted bytea);

-- one batch in the hands of the test, which plays the driver
create procedure begin_batch()
language plpgsql
as $$
declare
  claimed sluice_internal.lane_claim := sluice_internal.claim(handlers => '{other,encrypt}');
begin
  if claimed.lane_id is null then
    -- the first has put a lane to work
    claimed := sluice_internal.claim(handlers => '{other,encrypt}');
  end if;
  execute format('create temporary table batch on commit drop as select %L::text as text', sluice_internal.run(claimed.lane_id));
end
$$;

select sluice.define('encrypt', 'tokens', pending => 'encrypted is null and token like ''secret%''', handler => 'encrypt',
  max_batch => 40);
select is((select p.waiting_for from sluice.progress('encrypt') as p), 'its schedule: select * from sluice.schedule(''encrypt'');',
  'a handler is defined like any other change');
select count(*) from sluice.schedule('encrypt', immediately => true);
select is((select p.waiting_for from sluice.progress('encrypt') as p), 'a worker: a driver with the handler encrypt',
  'and names its handler as soon as it waits');
call sluice.work(until_idle => true);
select is((select p.state from sluice.progress('encrypt') as p), 'scheduled', 'SQL alone leaves it be');
select is((select c.reason from sluice_internal.claim(handlers => '{other}') as c), 'encrypt waits for a driver with handler encrypt',
  'a driver without the handler is told why');
select throws_ok($$call sluice.cleanup('encrypt')$$, 'SL026',
  'cannot clean up migration "encrypt" in SQL alone: its rows go to the handler "encrypt"',
  'cleanup in SQL alone refuses at once');
select is((select p.state from sluice.progress('encrypt') as p), 'scheduled', 'and has begun nothing');

begin;
call begin_batch();
move 1 in sluice_rows;
select is((select ((text::sluice_internal.batch_result)).upper from batch), '{40}', 'a batch goes as far as a batch of SQL would');
select is((select rows_changed from sluice_internal.apply_changes((select text::sluice_internal.batch_result from batch), '{id,encrypted,token,score,tags,extra}', jsonb_build_array(
    jsonb_build_object('id', '7', 'encrypted', '\x00ff', 'token', null, 'score', 'NaN', 'tags', '{a,"b c"}', 'extra', '"text"'),
    jsonb_build_object('id', '8', 'encrypted', '\x', 'token', 'it''s "ü" \', 'score', '-Infinity', 'tags', null, 'extra', 'null')))),
  2, 'changes are applied by key');
select results_eq('select id, encrypted, token, score, tags, extra from tokens where encrypted is not null order by id',
  $$values (7::bigint, '\x00ff'::bytea, null, 'NaN'::float8, '{a,b c}'::text[], '"text"'::jsonb),
    (8, '\x', 'it''s "ü" \', '-Infinity', null, 'null')$$, 'as the types of their columns');
commit;

-- what does not fit is refused, and says so without values

begin;
call begin_batch();
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,crypted}', '[{"id": "17", "crypted": "hush"}]') from batch$$, 'SL024',
  'a handler''s change has a column "crypted", which table public.tokens has not', 'a column that is not there is refused');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{encrypted}', '[{"encrypted": "hush"}]') from batch$$, 'SL024',
  'a handler''s change has no column "id", which tells the rows of table public.tokens', 'so is a change without its key');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id}', '[{"id": "17"}]') from batch$$, 'SL024',
  'a handler''s change of table public.tokens sets nothing', 'and one without anything else');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,token}', '[{"id": "17", "token": "a"}, {"id": "7", "token": "a"}]')
    from batch$$, 'SL025',
  '1 of 2 changes that a handler returned fit no row of its batch', 'a row that is not of the batch is refused');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,token}', '[{"id": "17", "token": "a"}, {"id": "17", "token": "b"}]')
    from batch$$, 'SL025', null, 'so is a row that is changed twice');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,token}', '[{"id": null, "token": "a"}]') from batch$$, 'SL025', null,
  'and a key that is null');
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,short}', '[{"id": "17", "short": "long"}]') from batch$$, '22001', null,
  'what is too long is not cut off');
update tokens set token = 'public' where id = 9;
select throws_ok($$select sluice_internal.apply_changes(text::sluice_internal.batch_result, '{id,token}', '[{"id": "9", "token": "a"}]') from batch$$, 'SL025', null,
  'a row that is not pending is none of the batch');
commit;

-- a table without a primary key

create table loose (n integer, doubled integer);
insert into loose select i from generate_series(1, 10) as i;
select sluice.define('double', 'loose', pending => 'doubled is null', handler => 'other', walk => 'blocks');
select count(*) from sluice.schedule('double', immediately => true);
select sluice.pause('encrypt');
begin;
call begin_batch();
select is((select rows_changed from sluice_internal.apply_changes((select text::sluice_internal.batch_result from batch), '{ctid,doubled}', '[{"ctid": "(0,3)", "doubled": "6"}]')),
  1, 'rows without a primary key are told by where they lie');
select is((select n from loose where doubled = 6), 3, 'and found there');
commit;

select * from finish();
