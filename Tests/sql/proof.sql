-- The proof: finished rests on one query over the whole target, in one snapshot.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;

\ir support/run_until.sql

-- a row whose key changes

create table moved (id integer primary key, v integer);
insert into moved select i * 10 from generate_series(1, 2000) as i;
analyze moved;
select sluice.define('moved', 'moved', pending => 'v is null', set => 'v = id', max_batch => 200, walk => 'key');
select count(*) from sluice.schedule('moved', immediately => true);
call run_until('moved', $$exists (select from sluice.lanes where name = 'moved' and cursor[1]::integer > 10000)$$);
update moved set id = 15 where id = 15000;
call run_until('moved', $$exists (select from sluice.lanes where name = 'moved' and act = 'sweep')$$);
update moved set id = 15005 where id = 15;
call run_until('moved', $$exists (select from sluice.lanes where name = 'moved' and act = 'sweep' and cursor[1]::integer > 10000)$$);
update moved set id = 15 where id = 15005;
call sluice.work('10 minutes', 'moved', until_idle => true);
select results_eq($$select count(*) from moved where v is null$$, 'values (0::bigint)',
  'a pending row that goes from one range to another before each sweep is found by the proof');
select results_eq(
  $$select p.state, p.method, p.snapshot is not null, p.rows_verified, p.verified_at is not null
    from sluice.proof p where p.name = 'moved'$$,
  $$values ('finished', 'snapshot', true, 2000::bigint, true)$$, 'the proof has its snapshot, and the rows that it counted');
select is((select count(*) from sluice.events where name = 'moved' and kind = 'proof_failed'), 1::bigint,
  'an event says that the first proof saw a pending row');
select results_eq($$select act, rows_visited from sluice.history where name = 'moved' order by batch_id desc limit 1$$,
  $$values ('prove', 2000)$$, 'the proof is the last batch of a run');

-- rows that are written faster than they are found

create table restless (id integer primary key, v integer, n integer not null default 0);
insert into restless select i from generate_series(1, 100) as i;
select sluice.define('restless', 'restless', pending => 'v is null', set => 'v = id, n = n + 1');
select count(*) from sluice.schedule('restless', immediately => true);
create procedure disturb() language plpgsql as
$$
declare
  told bigint := 0;
begin
  for i in 1 .. 500 loop
    exit when (select p.state from sluice.progress('restless') as p) not in ('scheduled', 'running', 'verifying');
    if exists (select from sluice.lanes l where l.name = 'restless' and l.act = 'prove' and l.state <> 'done') then
      update restless set v = null where id = 7;
    end if;
    perform sluice_internal.run_one('restless');
    commit;
  end loop;
end
$$;
call disturb();
select results_eq($$select p.state, p.verified_at from sluice.proof p where p.name = 'restless'$$,
  $$values ('failed', null::timestamptz)$$, 'where each proof sees a row that was written meanwhile, the run fails in the end');
select is((select rows_accepted from sluice.proof where name = 'restless'), 0::bigint, 'and nothing is accepted');
select sluice.retry('restless');
call sluice.work('10 minutes', 'restless', until_idle => true);
select results_eq($$select p.state from sluice.proof p where p.name = 'restless'$$, $$values ('finished')$$, 'it can be tried again');
select is((select count(*) from restless where v is null), 0::bigint, 'and finds the row');

-- by ranges

create table ranged (id integer primary key, v integer);
insert into ranged select i from generate_series(1, 1000) as i;
select throws_ok($$select sluice.define('ranged', 'ranged', pending => 'v is null', set => 'v = 1', proof => 'none')$$, 'SL001',
  null, 'a proof is by snapshot or by ranges');
select sluice.define('ranged', 'ranged', pending => 'v is null', set => 'v = 1', proof => 'ranges');
select throws_ok($$select sluice.define('ranged', 'ranged', pending => 'v is null', set => 'v = 1')$$, 'SL003', null,
  'how it is proved is part of the definition');
select count(*) from sluice.schedule('ranged', immediately => true);
call sluice.work('10 minutes', 'ranged', until_idle => true);
select results_eq($$select p.method, p.snapshot is null, p.verified_at is not null, p.remark like 'each row was seen not pending at some time%'
    from sluice.proof p where p.name = 'ranged'$$, $$values ('ranges', true, true, true)$$, 'a proof by ranges says what it is');
select is((select count(*) from sluice.history where name = 'ranged' and act = 'prove'), 0::bigint, 'and there is no query over all');

-- nothing to verify

create table bare (id integer primary key, n integer not null default 0);
insert into bare select i from generate_series(1, 10) as i;
select sluice.define('bare', 'bare', set => 'n = n + 1');
call sluice.cleanup('bare');
select results_eq($$select p.state, p.method, p.verified_at, p.verified_from is null, p.rows_verified, p.remark like 'not verifiable%'
    from sluice.proof p where p.name = 'bare'$$,
  $$values ('finished', 'none', null::timestamptz, true, null::bigint, true)$$,
  'without a predicate a run is finished, and not verified');

-- partitions: the proof goes by the parent

create table parted (id integer, part integer, v integer, primary key (id, part)) partition by list (part);
create table parted_1 partition of parted for values in (1);
create table parted_2 partition of parted for values in (2);
insert into parted select i, 1 + i % 2 from generate_series(1, 2000) as i;
select sluice.define('parted', 'parted', pending => 'v is null', set => 'v = id');
select count(*) from sluice.schedule('parted', immediately => true);
call run_until('parted', $$exists (select from sluice.lanes where name = 'parted' and act = 'prove')$$);
select results_eq($$select relation::text from sluice.lanes where name = 'parted' and act = 'prove'$$, $$values ('parted')$$,
  'the proof of a partitioned table is one lane, over the parent');
update parted set v = null where id = 7;
call run_until('parted', $$exists (select from sluice.events where name = 'parted' and kind = 'proof_failed')$$, 5);
select is((select count(*) from sluice.events where name = 'parted' and kind = 'proof_failed'), 1::bigint,
  'it sees a pending row of a partition');
call run_until('parted', $$exists (select from sluice.lanes where name = 'parted' and act = 'prove')$$);
create table parted_3 partition of parted for values in (3);
insert into parted select i, 3 from generate_series(1, 10) as i;
call sluice.work('10 minutes', 'parted', until_idle => true);
select results_eq($$select p.state, p.rows_verified from sluice.proof p where p.name = 'parted'$$, $$values ('finished', 2010::bigint)$$,
  'a partition that is attached before the proof is counted');
select is((select count(*) from parted where v is null), 0::bigint, 'and no row of it is pending');
create table hollow (id integer primary key, v integer) partition by range (id);
select sluice.define('hollow', 'hollow', pending => 'v is null', set => 'v = id');
call sluice.cleanup('hollow');
select results_eq($$select p.state, p.rows_verified from sluice.proof p where p.name = 'hollow'$$, $$values ('finished', 0::bigint)$$,
  'a partitioned table without partitions is proved to have no pending row');

-- PostgreSQL may read the table in parallel

create table wide (id integer primary key, v integer, pad text default repeat('x', 100));
insert into wide select i from generate_series(1, 20000) as i;
analyze wide;
select sluice.define('wide', 'wide', pending => 'v is null', set => 'v = 1');
select count(*) from sluice.schedule('wide', immediately => true);
call run_until('wide', $$exists (select from sluice.lanes where name = 'wide' and act = 'prove')$$);
reset session authorization;
create function log_plan(out planned boolean) language plpgsql as $$
declare
  plan text;
  line text;
begin
  for line in execute 'explain ' || (
    select substring(p.prosrc, $re$else '(select .*?)' end into$re$) from pg_proc p where p.proname ~ '^prove_' and p.prosrc ~ 'public.wide') loop
    plan := concat_ws(E'\n', plan, line);
  end loop;
  planned := plan ~ 'Workers Planned';
end
$$;
set min_parallel_table_scan_size to 0;
set parallel_setup_cost to 0;
set parallel_tuple_cost to 0;
select ok(log_plan(), 'the query of a proof may be planned with parallel workers');
set session authorization author;
set min_parallel_table_scan_size to 0;
set parallel_setup_cost to 0;
set parallel_tuple_cost to 0;
call sluice.work('10 minutes', 'wide', until_idle => true);
select ok(sluice.finished('wide'), 'and runs with them');
reset min_parallel_table_scan_size;
reset parallel_setup_cost;
reset parallel_tuple_cost;

-- rights by column

reset session authorization;
create table lent (id integer, part integer, v integer, secret text, primary key (id, part)) partition by list (part);
create table lent_1 partition of lent for values in (1);
insert into lent select i, 1 from generate_series(1, 100) as i;
grant select, update (v) on lent_1 to author;
set session authorization author;
select throws_ok($$select sluice.define('lent', 'lent', pending => 'v is null', set => 'v = 1')$$, '42501', null,
  'the proof needs a right on the parent, which define() asks for');
reset session authorization;
grant select (v) on lent to author;
set session authorization author;
select sluice.define('lent', 'lent', pending => 'v is null', set => 'v = 1');
call sluice.cleanup('lent');
select results_eq($$select p.state, p.rows_verified, p.snapshot is not null from sluice.proof p where p.name = 'lent'$$,
  $$values ('finished', 100::bigint, true)$$, 'of which those on the columns of pending will do');

-- time

create table slow (id integer primary key, v integer);
insert into slow values (1, null);
create function slowly(integer) returns boolean language plpgsql stable as $$ begin perform pg_sleep(0.3); return $1 is null; end $$;
select sluice.define('slow', 'slow', pending => 'slowly(v)', set => 'v = 1');
select ok('max_parallel_workers_per_gather=0' = any (p.proconfig),
  'where pending calls a function that may read tables, there are no parallel workers, whose locks nobody sees')
from pg_proc p where p.proname ~ '^prove_' and p.prosrc ~ 'public.slow';
select count(*) from sluice.schedule('slow', immediately => true);
reset session authorization;
update sluice.policy set proof_time = '100 milliseconds';
set session authorization author;
call run_until('slow', $$exists (select from sluice.lanes where name = 'slow' and act = 'prove')$$);
begin;
select claimed.lane_id, claimed.version, current_setting('statement_timeout') as timeout from sluice_internal.claim('slow') as claimed \gset
\set ON_ERROR_STOP off
select sluice_internal.checkpoint(sluice_internal.run(:lane_id));
\set ON_ERROR_STOP on
rollback;
select is(:'timeout'::text, '100ms', 'the query of a proof has a time limit of its own');
select sluice_internal.fail(:lane_id, :version, :'LAST_ERROR_SQLSTATE', 'canceling statement due to statement timeout');
select results_eq(
  $$select state, waiting_for like '%policy.proof_time%proof => ''ranges''%' from sluice.progress('slow')$$,
  $$values ('paused', true)$$, 'a proof that takes longer pauses the migration, and says what to do');
reset session authorization;
update sluice.policy set proof_time = '15 minutes';
set session authorization author;
select sluice.resume('slow');
call sluice.work('10 minutes', 'slow', until_idle => true);
select ok(sluice.finished('slow'), 'with more time it goes on');

-- a proof that meets a trouble that does not pass

create table stormy (id integer primary key, v integer);
insert into stormy select i from generate_series(1, 10) as i;
create table weather (bad boolean);
insert into weather values (false);
create function calm() returns boolean stable language plpgsql as $$
begin
  if (select bad from weather) then
    raise exception 'busy' using errcode = 'lock_not_available';
  end if;
  return true;
end
$$;
select sluice.define('stormy', 'stormy', pending => 'v is null and calm()', set => 'v = 1', max_attempts => 2);
select count(*) from sluice.schedule('stormy', immediately => true);
call run_until('stormy', $$exists (select from sluice.lanes where name = 'stormy' and act = 'prove')$$);
update weather set bad = true;
update stormy set v = null where id = 1;
call sluice.work('1 minute', 'stormy', until_idle => true);
select results_eq($$select state, waiting_for ~ '^1 range\(s\) were given up' from sluice.progress('stormy')$$, $$values ('failed', true)$$,
  'one that fails again and again is given up, and the run with it');
update weather set bad = false;
select sluice.retry('stormy');
call sluice.work('1 minute', 'stormy', until_idle => true);
select results_eq($$select sluice.finished('stormy'), count(*) from stormy where v is null$$, $$values (true, 0::bigint)$$,
  'until somebody tries it again');

-- isolation

create table isolated (id integer primary key, v integer);
insert into isolated select i from generate_series(1, 10) as i;
select sluice.define('isolated', 'isolated', pending => 'v is null', set => 'v = 1');
select count(*) from sluice.schedule('isolated', immediately => true);
call run_until('isolated', $$exists (select from sluice.lanes where name = 'isolated' and act = 'prove')$$);
begin isolation level repeatable read;
select throws_ok($$select sluice_internal.run_one('isolated')$$, '25001', null, 'a batch in a transaction with an older snapshot is refused');
select throws_ok(
  format('select sluice_internal.run(%s)', (select lane_id from sluice.lanes where name = 'isolated' and act = 'prove')), '25001',
  'cannot prove in a repeatable read transaction that no row of public.isolated is pending', 'and so is a proof by hand');
rollback;
call sluice.work('10 minutes', 'isolated', until_idle => true);
select ok(sluice.finished('isolated'), 'and made in one without');

-- a proof ends the run in its own transaction, or not at all

create table aged (id integer primary key, v integer);
insert into aged select i from generate_series(1, 1000) as i;
select sluice.define('aged', 'aged', pending => 'v is null', set => 'v = id');
select count(*) from sluice.schedule('aged', immediately => true);
call run_until('aged', $$exists (select from sluice.lanes where name = 'aged' and act = 'prove')$$);
select sluice_internal.run_one('aged');
select results_eq($$select p.state, h.act, p.verified_at between h.started_at and h.finished_at
    from sluice.proof p cross join (select * from sluice.history where name = 'aged' order by batch_id desc limit 1) as h
    where p.name = 'aged'$$, $$values ('finished', 'prove', true)$$, 'the batch of the proof ends the run, verified at its time');

create procedure prove_and_stop(verb text, undone text) language plpgsql as
$$
declare
  claimed sluice_internal.lane_claim;
  result sluice_internal.batch_result;
begin
  execute format('create table %1$I_aged (id integer primary key, v integer)', verb);
  execute format('insert into %1$I_aged select i from generate_series(1, 1000) as i', verb);
  perform sluice.define(verb, format('%I_aged', verb)::regclass, pending => 'v is null', set => 'v = id');
  perform sluice.schedule(verb, immediately => true);
  commit;
  call run_until(verb, format('exists (select from sluice.lanes where name = %L and act = ''prove'')', verb));
  claimed := sluice_internal.claim(verb);
  result := sluice_internal.run(claimed.lane_id);
  execute format('select sluice.%I(%L)', verb, verb);
  perform sluice_internal.checkpoint(result);
  commit;
  execute format('truncate %1$I_aged', verb);
  execute format('insert into %1$I_aged select i from generate_series(1, 1000) as i', verb);
  commit;
  execute format('select sluice.%I(%L)', undone, verb);
  commit;
  call sluice.work('10 minutes', verb, until_idle => true);
end
$$;
call prove_and_stop('pause', 'resume');
select results_eq($$select p.state, p.rows_verified, (select count(*) from pause_aged where v is null) from sluice.proof p where p.name = 'pause'$$,
  $$values ('finished', 1000::bigint, 0::bigint)$$, 'a proof of a run that was paused meanwhile proves nothing later');
call prove_and_stop('cancel', 'schedule');
select results_eq($$select p.state, p.rows_verified, (select count(*) from cancel_aged where v is null) from sluice.proof p where p.name = 'cancel'$$,
  $$values ('finished', 1000::bigint, 0::bigint)$$, 'nor of one that was cancelled');

-- a row that raises in the proof

create table raising (id integer primary key, v integer, d integer not null default 1);
insert into raising select i from generate_series(1, 100) as i;
select sluice.define('raising', 'raising', pending => '1 / d = 1 and v is null', set => 'v = 1');
select count(*) from sluice.schedule('raising', immediately => true);
call run_until('raising', $$exists (select from sluice.lanes where name = 'raising' and act = 'prove')$$);
update raising set d = 0, v = null where id = 50;
call sluice.work('10 minutes', 'raising', until_idle => true);
select results_eq($$select state from sluice.progress('raising')$$, $$values ('failed')$$, 'a row that raises in the proof fails the run');
select results_eq($$select key, sqlstate from sluice.quarantined where name = 'raising'$$, $$values ('{50}'::text[], '22012')$$,
  'and is named by key');

select * from finish();
