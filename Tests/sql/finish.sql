-- cleanup finishes, proves, and leaves nothing behind, from any state.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table accounts (id integer primary key, balance integer, cents bigint);
insert into accounts (id, balance) select i, i from generate_series(1, 20000) as i;
select sluice.define('cents', 'accounts', pending => 'cents is null', set => 'cents = balance * 100::bigint',
  on_finish => array[
    'alter table accounts add constraint cents_not_null check (cents is not null) not valid',
    'alter table accounts validate constraint cents_not_null',
    'create index accounts_cents on accounts (cents)']);

select throws_ok($$select sluice.assert_finished('cents')$$, 'SL020', null, 'a migration that was never run is not finished');
call sluice.cleanup('cents');
select ok(sluice.finished('cents'), 'cleanup finishes a migration that was never scheduled');
select lives_ok($$select sluice.assert_finished('cents')$$, 'assert_finished() agrees');
select is((select count(*) from accounts where cents is distinct from balance * 100), 0::bigint, 'all rows are done');
select has_index('accounts', 'accounts_cents', 'on_finish was executed');
select ok((select convalidated from pg_constraint where conname = 'cents_not_null'), 'in order');
select is_empty($$select proname from pg_proc where pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and proname ~ '_\d+_\d+$'$$,
  'no compiled function is left');
select is((select lanes_total from sluice.progress('cents')), 0::bigint, 'no lane is left');
reset session authorization;
select is_empty($$select from sluice.schedule where migration = 'cents'$$, 'and no schedule');
set session authorization author;
select is((select percent from sluice.progress('cents')), 100::numeric, 'progress still says 100 percent');
select is((select rows_changed from sluice.progress('cents')), 20000::bigint, 'and how many rows were changed');
select ok((select count(*) > 0 from sluice.history h where h.name = 'cents'), 'the history stays');
call sluice.cleanup('cents');
select pass('cleanup again is a no-op');
select results_eq(
  $$select state, pg_snapshot_xmin(verified_from) <= pg_snapshot_xmin(verified_to), verified_at < cleaned_at,
      rows_verified = (select count(*) from accounts), rows_accepted
    from sluice.proof where name = 'cents'$$,
  $$values ('finished', true, true, true, 0::bigint)$$,
  'after cleanup there still is the proof: when, between which snapshots, over how many rows');
select lives_ok($$select sluice.define('cents', 'accounts', pending => 'cents is null', set => 'cents = balance * 100::bigint',
  on_finish => array[
    'alter table accounts add constraint cents_not_null check (cents is not null) not valid',
    'alter table accounts validate constraint cents_not_null',
    'create index accounts_cents on accounts (cents)'])$$, 'so is defining it again');

create table counted (id integer primary key, n integer);
select sluice.define('counted', 'counted', pending => 'n is null', set => 'n = 1',
  on_finish => array['create table counts as select count(*) from counted']);
call sluice.cleanup('counted');
select has_table('public', 'counts', 'what on_finish creates without naming a schema is where it would be in the definer''s session');

-- from every state

create procedure from_state(state text)
language plpgsql
as $$
begin
  update accounts set cents = null where id % 2 = 0;
  perform sluice.define('again', 'accounts', pending => 'cents is null', set => 'cents = balance * 100::bigint',
    min_batch => 500, max_batch => 500);
  perform sluice.schedule('again', within => '1 day');
  commit;
  perform sluice_internal.run_one('again') from generate_series(1, 3);
  commit;
  case state
    when 'paused' then perform sluice.pause('again');
    when 'cancelled' then perform sluice.cancel('again');
    else null;
  end case;
  assert (select p.state from sluice.progress('again') as p) = from_state.state;
  commit;
  call sluice.cleanup('again');
  assert sluice.finished('again');
  assert not exists (select from accounts where cents is null);
  perform sluice.forget('again');
end
$$;
alter table accounts drop constraint cents_not_null;
call from_state('running');
select pass('cleanup finishes a running migration');
call from_state('paused');
select pass('a paused one');
call from_state('cancelled');
select pass('a cancelled one');

select throws_ok($$call sluice.cleanup('no_such_migration')$$, 'SL002', null, 'an unknown name is refused');

-- rows that cannot be done

create table texts (id integer primary key, raw text, value integer);
insert into texts select i, case i when 5 then 'five' else i::text end from generate_series(1, 100) as i;
select sluice.define('texts', 'texts', pending => 'value is null', set => 'value = raw::integer');
\set ON_ERROR_STOP off
call sluice.cleanup('texts');
\set ON_ERROR_STOP on
select is(:'LAST_ERROR_SQLSTATE'::text, 'SL022', 'cleanup raises when a row cannot be migrated');
select is((select count(*) from texts where value is null), 1::bigint, 'but all others are');
update texts set raw = '5' where id = 5;
call sluice.cleanup('texts');
select ok(sluice.finished('texts'), 'and goes on when it is called again after the row was mended');

-- dependencies and copies

select sluice.define('first', 'texts', pending => 'value = 1', set => 'value = 2');
select sluice.define('second', 'texts', pending => 'value = 2', set => 'value = 3', after => '{first}');
\set ON_ERROR_STOP off
call sluice.cleanup('second');
\set ON_ERROR_STOP on
select is(:'LAST_ERROR_SQLSTATE'::text, 'SL006', 'cleanup does not overtake a dependency');
call sluice.cleanup('first');
call sluice.cleanup('second');
select is((select count(*) from texts where value in (1, 2)), 0::bigint, 'and runs once that is finished');

-- verification goes in batches, shows how far it is, and goes on where it was

create table swept (id integer primary key, n integer);
insert into swept select i from generate_series(1, 3000) as i;
analyze swept;
select sluice.define('swept', 'swept', pending => 'n is null', set => 'n = 1', min_batch => 100, max_batch => 100);
select count(*) from sluice.schedule('swept', immediately => true);
do $$
begin
  for i in 1 .. 200 loop
    perform sluice_internal.run_one('swept');
    exit when (select verified_percent > 30 from sluice.progress('swept'));
  end loop;
end $$;
select results_eq(
  $$select p.state, p.verified_percent between 30 and 99, l.cursor[1]::integer between 900 and 2900
    from sluice.progress('swept') as p join sluice.lanes l on l.name = p.name and l.act = 'sweep'$$,
  $$values ('verifying', true, true)$$, 'progress shows how much is verified');
select sluice.pause('swept');
select sluice.resume('swept');
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('swept'), 'after a pause it goes on');
select results_eq(
  $$select sum(h.rows_visited), max(h.rows_visited) from sluice.history h where h.name = 'swept' and h.act = 'sweep'$$,
  $$values (3000::bigint, 100)$$, 'and visits no row twice, and no more than max_batch at once');

-- at full speed the rest of a sweep is taken at once, where its first batch says that a row costs little; here it does, however
-- busy the machine was
create table wide (id integer primary key, a integer, b integer) with (autovacuum_enabled = off);
insert into wide (id, a) select i, i from generate_series(1, 250000) as i;
analyze wide;
select sluice.define('rest', 'wide', pending => 'b is null', set => 'b = a');
select sluice.define('rest_in_parts', 'wide', pending => 'b = -1', set => 'b = a', max_batch => 100000);
do $$ begin
  perform sluice.schedule('rest', immediately => true);
  perform sluice.schedule('rest_in_parts', immediately => true);
end $$;
do $$
begin
  for i in 1 .. 10000 loop
    exit when exists (select from sluice.history h where h.name = 'rest' and h.act = 'sweep');
    perform sluice_internal.run_one('rest');
    commit;
    reset search_path;
  end loop;
end $$;
reset session authorization;
update sluice_internal.lane set seconds_per_row = 0.000001 where act = 'sweep' and seconds_per_row is not null;
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'rest', until_idle => true);
call sluice.work(lasting => '10 minutes', only_migration => 'rest_in_parts', until_idle => true);
select is((select count(*) from sluice.history h where h.name = 'rest' and h.act = 'sweep'), 2::bigint,
  'at full speed a sweep takes its rest at once');
select is((select count(*) from wide where b is distinct from a), 0::bigint, 'over rows that are all done');
select results_eq(
  $$select count(*) >= 3, max(h.rows_visited) <= 100000 from sluice.history h where h.name = 'rest_in_parts' and h.act = 'sweep'$$,
  $$values (true, true)$$, 'but a migration with a max_batch of its own keeps to that');

select sluice.define('twice', 'wide', pending => 'b < a + 2', set => 'b = b + 1');
select count(*) from sluice.schedule('twice', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'twice', until_idle => true);
select ok(sluice.finished('twice'), 'rows that a sweep of the rest found are walked once more');
select ok((select count(*) from sluice.history h where h.name = 'twice' and h.act = 'sweep') >= 2 + 3,
  'and swept in ordinary batches then');

-- a deadline that has passed, and a cleanup that is broken off

reset session authorization;
insert into sluice.window (name, opens, closes) values ('never', now()::time + interval '2 hours', now()::time + interval '3 hours');
set session authorization author;
create table overdue (id integer primary key, n integer);
insert into overdue select i from generate_series(1, 20000) as i;
select sluice.define('overdue', 'overdue', pending => 'n is null', set => 'n = 1', max_batch => 100);
select count(*) from sluice.schedule('overdue', within => '1 hour');
reset session authorization;
alter table sluice.schedule disable trigger user;
update sluice.schedule set starts_at = now() - interval '1 hour', scheduled_at = now() - interval '1 hour',
  deadline = now() - interval '1 minute', during = '{never}'
where migration = 'overdue';
alter table sluice.schedule enable trigger user;
set session authorization author;
select lives_ok($$select sluice.pause('overdue'), sluice.resume('overdue')$$, 'whose deadline has passed may be paused, and go on');
select lives_ok($$select sluice.throttle('overdue', 1000), sluice.throttle('overdue', null)$$, 'be made slower, and faster');

select is((select waiting_for from sluice.progress('overdue')), 'window never to open', 'it waits for its window');
select is(sluice_internal.begin_cleanup('overdue'), 'scheduled', 'until somebody cleans it up');
select is((select waiting_for from sluice.progress('overdue')), null, 'which waits for nothing');
reset session authorization;
update sluice_internal.migration set hurried_until = clock_timestamp() where name = 'overdue';
set session authorization author;
select is((select waiting_for from sluice.progress('overdue')), 'window never to open',
  'and if nothing is heard of that cleanup any more, it waits again');
select is(sluice_internal.check_cleanup('overdue', null, null), false, 'the next sign of one');
select is((select waiting_for from sluice.progress('overdue')), null, 'makes it hurry again');
call sluice.cleanup('overdue');
select is((select count(*) from overdue where n is null), 0::bigint, 'and it is cleaned up, late as it is');

select * from finish();
