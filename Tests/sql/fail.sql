-- Failures: transient ones back off, bad rows are put aside, broken definitions pause; nothing is lost, nothing hot-loops.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

-- bad rows

create table readings (id integer primary key, raw text, value numeric);
insert into readings select i, case when i % 1000 = 17 then 'n/a' else i::text end from generate_series(1, 5000) as i;
select sluice.define('values', 'readings', pending => 'value is null', set => 'value = raw::numeric',
  min_batch => 1000, max_batch => 1000);
select count(*) from sluice.schedule('values', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);

select results_eq(
  $$select id from readings where value is null order by id$$, array[17, 1017, 2017, 3017, 4017],
  'every good row around a bad one is migrated');
select results_eq(
  $$select q.key, q.sqlstate, q.message from sluice.quarantined q order by q.key[1]::integer$$,
  $$select array[i::text], '22P02', 'invalid input syntax for type numeric: "n/a"'
    from unnest(array[17, 1017, 2017, 3017, 4017]) as i$$,
  'a bad row is quarantined by key, with its error');
select is((select state from sluice.progress('values')), 'failed', 'a migration with quarantined rows is not finished');
select is(sluice.finished('values'), false, 'nor says finished() so');
select throws_ok($$select sluice.assert_finished('values')$$, 'SL020', null, 'and assert_finished() raises');
select is((select count(*) from sluice.history h where h.name = 'values' and h.outcome = 'failed'), 1::bigint,
  'only the first bad row costs a batch; the others are found inside theirs');
select ok((select count(*) < 20 from sluice.history h where h.name = 'values'),
  'finding five rows among 5,000 takes few batches');

update readings set raw = '0' where raw = 'n/a';
select is(sluice.retry('values'), 5::bigint, 'retry takes the quarantined rows up again');
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('values'), 'and once they are mended it finishes');
select is((select count(*) from sluice.quarantined q where q.name = 'values'), 0::bigint, 'with nothing in quarantine');

update readings set value = null, raw = 'n/a' where id in (5, 6);
select sluice.restart('values');
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(sluice.accept_remaining('values'), 2::bigint, 'or somebody accepts that rows stay as they are');
select ok(sluice.finished('values'), 'which finishes it, by an explicit word');

call sluice.cleanup('values');
update readings set raw = '0' where raw = 'n/a';
select is(sluice.retry('values'), 2::bigint, 'what was accepted is taken up again, even after cleanup');
select is((select state from sluice.progress('values')), 'cancelled', 'but runs only once it is scheduled again');
select count(*) from sluice.schedule('values', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('values') and not exists (select from readings where value is null), 'and finishes');

-- bad rows in each kind of walk

create table composite (a text, b integer, raw text, value integer, primary key (a, b));
insert into composite select chr(97 + i % 5), i, case when i % 700 = 3 then 'x' else i::text end from generate_series(1, 3000) as i;
select sluice.define('composite', 'composite', pending => 'value is null', set => 'value = raw::integer', walk => 'key',
  min_batch => 1000, max_batch => 1000);
create table striped (id integer primary key, raw text, value integer);
insert into striped select i, case when i % 2000 in (3, 4) then 'x' else i::text end from generate_series(1, 12000) as i;
analyze striped;
select sluice.define('striped', 'striped', pending => 'value is null', set => 'value = raw::integer', walk => 'striped',
  min_batch => 1000, max_batch => 1000);
create table heaped (raw text, value integer);
insert into heaped select case when i % 700 = 3 then 'x' else i::text end from generate_series(1, 3000) as i;
analyze heaped;
select sluice.define('heaped', 'heaped', pending => 'value is null', set => 'value = raw::integer', walk => 'blocks',
  min_batch => 1000, max_batch => 1000);
create table grouped (id integer primary key, grp integer not null, raw text, value integer);
insert into grouped select i, i / 50, case when i in (1010, 2040) then 'x' else i::text end from generate_series(1, 3000) as i;
create index on grouped (grp);
select sluice.define('grouped', 'grouped', pending => 'value is null', set => 'value = raw::integer', key => '{grp}',
  min_batch => 1000, max_batch => 1000);
create table doomed (id integer primary key, bad boolean);
insert into doomed select i, i % 500 = 7 from generate_series(1, 3000) as i;
create function refuse() returns trigger language plpgsql as $$
begin
  if old.bad then
    raise 'row % is needed', old.id using detail = 'by somebody', hint = 'ask them';
  end if;
  return old;
end $$;
create trigger refuse after delete on doomed for each row execute function refuse();
select sluice.define('doomed', 'doomed', pending => 'true', delete => true,
  min_batch => 1000, max_batch => 1000);
select count(*) from (values ('composite'), ('striped'), ('heaped'), ('grouped'), ('doomed')) as m (name)
cross join lateral sluice.schedule(m.name, immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);

select bag_eq($$select q.key from sluice.quarantined q where q.name = 'composite'$$,
  $$select array[a, b::text] from composite where value is null and raw = 'x'$$, 'with a key of two columns');
select is((select count(*) from composite where value is null and raw <> 'x'), 0::bigint, 'all others are migrated');
select bag_eq($$select q.key[1]::integer from sluice.quarantined q where q.name = 'striped'$$,
  $$select id from striped where raw = 'x'$$, 'in stripes');
select is((select count(*) from striped where value is null and raw <> 'x'), 0::bigint, 'all others are migrated');
select bag_eq($$select q.key[1] from sluice.quarantined q where q.name = 'heaped'$$,
  $$select h.ctid::text as place from heaped h where h.raw = 'x'$$, 'by blocks');
select is((select count(*) from heaped where value is null and raw <> 'x'), 0::bigint, 'all others are migrated');
select bag_eq($$select q.key[1]::integer, q.rows from sluice.quarantined q where q.name = 'grouped'$$,
  $$values (20, 50), (40, 50)$$, 'rows with the same key are put aside together');
select is((select count(*) from grouped where value is null), 100::bigint, 'all others are migrated');
select bag_eq($$select q.key[1]::integer, q.message, q.detail, q.hint from sluice.quarantined q where q.name = 'doomed'$$,
  $$select i, format('row %s is needed', i), 'by somebody' as detail, 'ask them' as hint from generate_series(7, 3000, 500) as i$$,
  'rows that cannot be deleted are named too, with what the trigger said at the end of the statement');
select is((select count(*) from doomed), 6::bigint, 'all others are deleted');
select is(
  (select count(*) from sluice.history h
    where h.name in ('composite', 'striped', 'heaped', 'grouped', 'doomed') and h.outcome = 'failed'), 5::bigint,
  'each of them lost one batch');

-- constraints that are checked late, or over several rows

create table parents (id integer primary key);
create table children (id integer primary key, parent_raw integer, parent_id integer references parents deferrable initially deferred);
insert into parents select i from generate_series(1, 100) as i;
insert into children select i, case when i = 1234 then 101 else 1 + i % 100 end from generate_series(1, 2000) as i;
select sluice.define('children', 'children', pending => 'parent_id is null', set => 'parent_id = parent_raw');
create table codes (id integer primary key, raw text, code text constraint code_is_unique unique);
insert into codes select i, case when i = 900 then '17' else i::text end from generate_series(1, 2000) as i;
select sluice.define('codes', 'codes', pending => 'code is null', set => 'code = raw');
select count(*) from (values ('children'), ('codes')) as m (name)
cross join lateral sluice.schedule(m.name, immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select results_eq(
  $$select q.name, q.key[1]::integer, q.sqlstate, q.constraint_name from sluice.quarantined q
    where q.name in ('children', 'codes') order by q.name$$,
  $$values ('children', 1234, '23503', 'children_parent_id_fkey'::text), ('codes', 900, '23505', 'code_is_unique')$$,
  'a deferred violation, and that of a unique constraint, cost only their row, and name their constraint');
select is((select count(*) from children where parent_id is null) + (select count(*) from codes where code is null), 2::bigint,
  'all others are migrated');

-- a predicate that fails for some rows

create table quotients (id integer primary key, n integer, done boolean);
insert into quotients select i, i % 1000 from generate_series(1, 3000) as i;
select sluice.define('quotients', 'quotients', pending => '100 / n >= 0 and done is null', set => 'done = true');
select count(*) from sluice.schedule('quotients', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select bag_eq($$select q.key[1]::integer, q.sqlstate from sluice.quarantined q where q.name = 'quotients'$$,
  $$values (1000, '22012'), (2000, '22012'), (3000, '22012')$$, 'in the walk and in the sweep it is put aside once');
select is((select count(*) from quotients where done), 2997::bigint, 'all others are migrated');

-- how long a lane stays careful

reset session authorization;
with recursive batches (n, lane) as (
  select 0, jsonb_populate_record(null::sluice_internal.lane, '{"careful": 312, "clean_batches": 0, "batch_size": 5000}')
  union all
  select b.n + 1, sluice_internal.size_batch(b.lane, null::sluice_internal.migration, p,
    jsonb_populate_record(null::sluice_internal.batch_result, '{"rows_visited": 5000}'), 0.05)
  from batches b, sluice.policy p
  where (b.lane).careful is not null and b.n < 100)
select ok((select max(n) between 20 and 40 from batches), 'some thirty batches without a bad row make a lane ordinary again');
select ok((
  select bool_and((sluice_internal.size_batch(jsonb_populate_record(null::sluice_internal.lane, '{"careful": 400, "batch_size": 5000}'),
    null::sluice_internal.migration, p,
    jsonb_populate_record(null::sluice_internal.batch_result, jsonb_build_object('rows_visited', 5000, 'failures',
      (select jsonb_agg('{}'::jsonb) from generate_series(1, n)))), 0.05)).careful between 400 / 4 and 400 - 1)
  from sluice.policy p, generate_series(1, 30) as n), 'bad rows make its pieces smaller');
set session authorization author;

-- too many bad rows

create table junk (id integer primary key, raw text, value integer);
insert into junk select i, 'x' from generate_series(1, 2000) as i;
select sluice.define('junk', 'junk', pending => 'value is null', set => 'value = raw::integer');
select count(*) from sluice.schedule('junk', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select state from sluice.progress('junk')), 'failed', 'a migration fails when too many rows do');
select ok((select count(*) between 1 and 200 from sluice.quarantined q where q.name = 'junk'),
  'long before it has tried each of them');
select ok((select count(*) < 20 from sluice.history h where h.name = 'junk'), 'in few batches');
select throws_ok($$select sluice.accept_remaining('junk')$$, 'SL006',
  'cannot accept the rest of migration "junk": some ranges were never walked', 'what nobody has looked at cannot be accepted');

-- one violation in a batch

create table rules (id integer primary key, project_id integer);
create table project_rules (project_id integer primary key, rule_id integer);
insert into rules select i, case when i in (700, 701) then 1 else i end from generate_series(1, 1000) as i;
select sluice.define('copy', 'rules', pending => 'not exists (select from project_rules p where p.project_id = rules.project_id)',
  statements => array['insert into project_rules select project_id, id from batch']);
call sluice.cleanup('copy');
select is((select count(*) from project_rules), 998::bigint, 'a duplicate among the rows does not stop the rest');
select ok(sluice.finished('copy'), 'and is no longer pending, once its twin is there');

-- rows that stay pending by construction

create table owners (id integer primary key, name text);
create table things (id integer primary key, owner_id integer, owner_name text);
insert into owners select i, 'o' || i from generate_series(1, 10) as i;
insert into things select i, i % 11 from generate_series(1, 1100) as i;
select sluice.define('names', 'things', pending => 'owner_name is null', set => 'owner_name = o.name', source => 'owners o',
  match => 'o.id = things.owner_id');
select throws_ok($$call sluice.cleanup('names')$$, '2D000', null, 'cleanup needs to be called outside a transaction');
select count(*) from sluice.schedule('names', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select matches((select waiting_for from sluice.progress('names')), 'stay pending although they were visited twice.*SL021',
  'rows that no batch can convert are reported, not accepted');
select is((select count(*) from things where owner_name is null), 100::bigint, 'all others are converted');
select matches((select waiting_for from sluice.progress('names')), 'among them key (\{\d+\}, ){4}\{\d+\} \(SL021\)', 'by key');
select ok((select position('(owner_name is null) and exists (select from owners o where o.id = things.owner_id)' in waiting_for) > 0
  from sluice.progress('names')), 'with what to add to pending, in the words of the definition');
select ok((select position('exists (select from owners o where o.id = things.owner_id)' in advice) > 0
  from sluice.stuck where name = 'names' and problem = 'failed'), 'stuck advises it too');
select ok((select jsonb_array_length(e.detail -> 'keys') = 100
    and e.detail ->> 'advice' like '%exists (select from owners o where o.id = things.owner_id)'
  from sluice.events e where e.name = 'names' and e.kind = 'stays_pending'), 'and the event has all the keys');
select matches((select waiting_for from sluice.progress('names')), '^100 row\(s\) of public\.things stay pending', 'and all of them are counted');
select is(sluice.accept_remaining('names'), 100::bigint, 'somebody may accept them');
select results_eq(
  $$select n.state, n.verified_at, n.accepted_at is not null, n.rows_accepted, p.rows_pending, sluice.finished('names')
    from sluice.proof n, sluice.progress('names') p where n.name = 'names'$$,
  $$values ('finished', null::timestamptz, true, 100::bigint, 100::bigint, true)$$,
  'and then it is finished by that word, not verified, and says how many rows stay pending');
select sluice.retry('names');
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select state from sluice.progress('names')), 'failed', 'tried again, they are found again');
select is((select accepted_at from sluice.proof where name = 'names'), null, 'and the word does not count any more');
select sluice.forget('names');
select sluice.define('names', 'things', pending => '(owner_name is null) and exists (select from owners o where o.id = things.owner_id)',
  set => 'owner_name = o.name', source => 'owners o', match => 'o.id = things.owner_id');
select count(*) from sluice.schedule('names', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('names'), 'a definition that follows the advice finishes');

-- more than a range keeps the keys of
create table many_things (id integer primary key, owner_id integer, owner_name text);
insert into many_things select i, i % 11 + 5 from generate_series(1, 11000) as i;
analyze many_things;
select sluice.define('many_names', 'many_things', pending => 'owner_name is null', set => 'owner_name = o.name', source => 'owners o',
  match => 'o.id = many_things.owner_id', max_batch => 3000);
select count(*) from sluice.schedule('many_names', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'many_names', until_idle => true);
select results_eq($$select count(*), (select sluice.accept_remaining('many_names')) from many_things where owner_name is null$$,
  $$values (5000::bigint, 5000::bigint)$$, 'rows that stay pending are counted, however many they are');
select is((select rows_accepted from sluice.proof where name = 'many_names'), 5000::bigint, 'and the proof has their number');

-- a broken definition

create table broken (id integer primary key, a integer, b integer);
insert into broken select i from generate_series(1, 1000) as i;
select sluice.define('broken', 'broken', pending => 'b is null', set => 'b = 1', min_batch => 10, max_batch => 10);
select count(*) from sluice.schedule('broken', immediately => true);
select sluice_internal.run_one('broken') from generate_series(1, 4);
alter table broken rename column b to c;
call sluice.work(lasting => '10 minutes', until_idle => true);
select results_eq(
  $$select state, waiting_for from sluice.progress('broken')$$,
  $$values ('paused', 'column "b" does not exist (SQLSTATE 42703)')$$,
  'a column that is gone pauses the migration and says why');
alter table broken rename column c to b;
select sluice.resume('broken');
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('broken'), 'and once it is back, it goes on from there');

-- a table that is swapped for another

create table swapped (id integer primary key, n integer not null default 0);
insert into swapped select i from generate_series(1, 1000) as i;
select sluice.define('swapped', 'swapped', set => 'n = n + 1', min_batch => 100, max_batch => 100);
select count(*) from sluice.schedule('swapped', immediately => true);
select sluice_internal.run_one('swapped') from generate_series(1, 4);
alter table swapped rename to swapped_before;
create table swapped (id integer primary key, n integer not null default 0);
insert into swapped select i from generate_series(1, 1000) as i;
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select state from sluice.progress('swapped')), 'paused', 'a table that is swapped for another pauses the migration');
select matches((select waiting_for from sluice.progress('swapped')), 'is not the one that the migration was defined for',
  'and says why');
select is((select sum(n) from swapped), 0::bigint, 'the other table is not written');
delete from swapped;
select sluice.restart('swapped');
select sluice.resume('swapped');
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select state from sluice.progress('swapped')), 'paused', 'an empty one is not taken for finished');
drop table swapped;
alter table swapped_before rename to swapped;
select sluice.resume('swapped');
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('swapped'), 'and once it has its name again, it goes on');

-- a partition that goes away

create table logs (id integer, day integer, n integer, primary key (id, day)) partition by list (day);
create table logs_1 partition of logs for values in (1);
create table logs_2 partition of logs for values in (2);
insert into logs select i, 1 + i % 2 from generate_series(1, 1000) as i;
select sluice.define('logs', 'logs', pending => 'n is null', set => 'n = 1');
select count(*) from sluice.schedule('logs', immediately => true);
drop table logs_2;
create table logs_3 partition of logs for values in (3);
insert into logs select i, 3 from generate_series(1, 1000) as i;
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('logs'), 'a partition that is dropped does not stop the others');
select is((select count(*) from logs where n is null), 0::bigint, 'and one that is attached is found by verification');

-- what is tried again is verified again, also where no query over all proves it

create table retried (id integer primary key, v text, n integer);
insert into retried select i, case when i = 77 then 'bad' else i::text end from generate_series(1, 300) as i;
select sluice.define('retried', 'retried', pending => 'n is null', set => 'n = v::integer', proof => 'ranges');
select count(*) from sluice.schedule('retried', immediately => true);
call sluice.work('1 minute', 'retried', until_idle => true);
update retried set v = '77' where id = 77;
update retried set n = null where id = 200;
select is(sluice.retry('retried'), 1::bigint, 'a row that was mended is tried again');
call sluice.work('1 minute', 'retried', until_idle => true);
select results_eq($$select sluice.finished('retried'), count(*) from retried where n is null$$, $$values (true, 0::bigint)$$,
  'and what was written since the last verification is found by the next');

-- transient failures

create table contended (id integer primary key, n integer not null default 0);
create table weather (bad boolean);
insert into contended select i from generate_series(1, 300) as i;
insert into weather values (true);
create function weather_permitting() returns trigger language plpgsql as $$
begin
  if new.id = 150 and (select bad from weather) then
    raise exception 'busy' using errcode = 'lock_not_available';
  end if;
  return new;
end $$;
create trigger weather_permitting before update on contended for each row execute function weather_permitting();
select sluice.define('contended', 'contended', set => 'n = n + 1', min_batch => 100, max_batch => 100, max_attempts => 5);
select count(*) from sluice.schedule('contended', immediately => true);
reset session authorization;
update sluice.policy set first_retry_after = '1 millisecond', last_retry_after = '2 milliseconds';
set session authorization author;
do $$
begin
  for i in 1 .. 600 loop
    exit when (select state = 'failed' from sluice.progress('contended'));
    call sluice.work(lasting => '100 milliseconds');
    reset search_path;
  end loop;
end $$;
select is((select state from sluice.progress('contended')), 'failed', 'a range that fails again and again is given up');
select ok((select count(*) >= 200 and max(n) = 1 from contended where n > 0), 'the rest is migrated around it');
select ok((select count(*) between 5 and 40 from sluice.history h where h.name = 'contended' and h.sqlstate = '55P03'),
  'after a number of attempts that is bounded');
update weather set bad = false;
select ok(sluice.retry('contended') > 0, 'retry takes it up again');
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('contended'), 'and it finishes');
select is((select count(*) from contended where n <> 1), 0::bigint, 'each row changed exactly once');

reset session authorization;
update sluice.policy set first_retry_after = '1 second', last_retry_after = '5 minutes';
select is_empty($$
    select a.attempts, w.seconds
    from generate_series(0, 40) as a (attempts)
    cross join (
      select l from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'contended' order by lane_id limit 1) as c
    cross join lateral (
      select extract(epoch from (sluice_internal.back_off(jsonb_populate_record(c.l,
        jsonb_build_object('attempts', a.attempts, 'batch_size', 100)))).due_at - clock_timestamp())) as w (seconds)
    where w.seconds not between 0.45 * least(power(2, a.attempts), 300) and least(power(2, a.attempts), 300)$$,
  'each wait is twice as long as the one before, up to last_retry_after, with jitter');

select * from finish();
