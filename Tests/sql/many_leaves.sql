-- Work in one transaction does not grow with the number of partitions: compiled functions are dropped some hundred at a
-- time, the locks of define's trials are released; and a tree without any partition is a migration without work.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table ev (region integer not null, id bigint not null, v integer, w integer) partition by list (region);
do $$ begin
  for i in 1 .. 30 loop
    execute format('create table ev_%s partition of ev (primary key (region, id)) for values in (%1$s)', i);
  end loop;
end $$;
insert into ev select i, i from generate_series(1, 30) as i;
analyze ev;

create function compiled(migration text) returns bigint language sql as $$
  select count(*) from pg_proc p
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
    and p.proname ~ format('^[a-z]+_%s_[0-9]+(_blocks)?$',
      (select m.migration_id from sluice.progress m where m.name = migration))
$$;
-- of all migrations, known or not
create function compiled() returns bigint language sql as $$
  select count(*) from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '^[a-z]+_[0-9]+_[0-9]+(_blocks)?$'
$$;
create function locks() returns bigint language sql as $$
  select count(*) from pg_locks where pid = pg_backend_pid() and mode = 'AccessExclusiveLock' and locktype = 'object'
$$;
create function locked_parts() returns bigint language sql as $$
  select count(*) from pg_locks k join pg_class c on c.oid = k.relation where k.pid = pg_backend_pid() and c.relname ~ '^ev_'
$$;

begin;
select sluice.define('m', 'ev', pending => 'v is null', set => 'v = id', key => '{region,id}');
select ok(locked_parts() < 10, 'define releases the locks of each partition that it tried');
commit;
select ok(compiled('m') >= 270, 'each partition has its functions');
select sluice.define('n', 'ev', pending => 'w is null', set => 'w = id', key => '{region,id}');

begin;
select sluice.forget('m');
select ok(locks() between 100 and 400, 'forget drops the functions of some partitions');
select ok(compiled() > compiled('n'), 'and leaves the others');
commit;
begin;
select ok(sluice_internal.keep_house() between 50 and 400, 'maintenance goes on');
select ok(locks() between 50 and 400, 'in steps');
commit;
do $$ begin
  for i in 1 .. 10 loop
    exit when sluice_internal.keep_house() = 0;
    commit;
  end loop;
end $$;
select is(compiled(), compiled('n'), 'until nothing is left but what is needed');
select ok(compiled('n') >= 270, 'which is all there');

select count(*) from sluice.schedule('n', immediately => true);
call sluice.cleanup('n');
select is((select count(*) from ev where w is null), 0::bigint, 'it is run to its end');
select is(compiled(), 0::bigint, 'and cleanup leaves no function');
select throws_ok($$select * from sluice.plan('n')$$, 'SL006', 'cannot plan migration "n": its compiled functions are gone',
  'a migration that was cleaned up cannot be planned');
update ev set w = null;
select sluice.restart('n');
select ok(compiled('n') >= 270, 'restart makes them again');
call sluice.cleanup('n');
select is((select count(*) from ev where w is null), 0::bigint, 'and it runs again');

-- an interrupted cleanup: the rest goes by itself

update ev set w = null;
select sluice.restart('n');
select count(*) from sluice.schedule('n', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'n', until_idle => true);
select sluice_internal.dismantle('n');
select ok(compiled('n') > 0, 'where cleanup is interrupted, functions are left');
select sluice.restart('n');
select ok(compiled('n') >= 270, 'restart completes them, table by table');
select count(*) from sluice.schedule('n', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'n', until_idle => true);
select is((select count(*) from ev where w is null), 0::bigint, 'so that nothing is missing');
select sluice_internal.dismantle('n');
call sluice.cleanup('n');
select is(compiled(), 0::bigint, 'and cleanup again drops the rest');

-- another owner, who then alone may run them

reset session authorization;
set session authorization sluice_owner;
select sluice.grant_author('operator');
reset session authorization;
grant all on ev to operator;
set session authorization author;
select sluice.define('o', 'ev', pending => 'w is null', set => 'w = id', key => '{region,id}');
reset session authorization;
set session authorization sluice_owner;
begin;
select sluice.set_owner('o', 'operator');
select is(locks(), 0::bigint, 'another owner costs no lock a function');
commit;
select is(
  (select array_agg(distinct x.grantee::regrole::text order by x.grantee::regrole::text)
  from pg_proc p cross join aclexplode(p.proacl) as x
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '^[a-z]+_[0-9]+_[0-9]+$'),
  '{operator,sluice_owner}', 'the one before has no right any more');
select sluice.forget('o');
reset session authorization;
set session authorization author;

-- a tree without partitions

create table empty (id integer primary key, v integer) partition by range (id);
create table branch partition of empty for values from (1) to (100) partition by range (id);
select sluice.define('empty', 'empty', pending => 'v is null', set => 'v = 1');
select ok(p.feasible, 'a tree without partitions can be planned') from sluice.plan('empty') as p;
select ok(p.feasible, 'with a deadline, too') from sluice.plan('empty', within => '1 hour') as p;
select is(p.rows_estimated, 0::bigint, 'there is nothing to do') from sluice.schedule('empty', within => '1 hour') as p;
call sluice.work(lasting => '10 minutes', only_migration => 'empty', until_idle => true);
select is((select state from sluice.progress('empty')), 'finished', 'it is finished at once');
select is((select percent from sluice.progress('empty')), 100::numeric, 'to the last row');
call sluice.cleanup('empty');
select sluice.forget('empty');
select sluice.define('empty', 'empty', delete => true, pending => 'v is null');
select ok(p.feasible, 'a delete as well') from sluice.schedule('empty') as p;
create table leaf partition of branch for values from (1) to (50);
insert into empty values (1, null), (2, 2);
call sluice.work(lasting => '10 minutes', only_migration => 'empty', until_idle => true);
select is((select state from sluice.progress('empty')), 'finished', 'a partition that comes meanwhile is walked');
select results_eq('select id from empty', 'values (2)', 'all of it');
call sluice.cleanup('empty');
select sluice.forget('empty');
drop table leaf;
select sluice.define('empty', 'empty', pending => 'v is null', set => 'v = 1', capture => true);
call sluice.cleanup('empty');
select is((select state from sluice.progress('empty')), 'finished', 'with capture, and by cleanup alone');

-- a table with inheritors is vacuumed without them

create table ip (id integer primary key, v integer) with (autovacuum_enabled = off);
create table ipc (primary key (id)) inherits (ip) with (autovacuum_enabled = off);
insert into ip select i from generate_series(1, 50000) as i;
insert into ipc select i from generate_series(50001, 50100) as i;
create index on ip (v);
analyze ip;
select sluice.define('inherited', 'ip', pending => 'v is null', set => 'v = id');
select count(*) from sluice.schedule('inherited', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'inherited', until_idle => true);
select matches((select statement from sluice_internal.next_vacuum()),
  case when current_setting('server_version_num')::integer >= 180000 then '^vacuum \(.*\) only public.ip$'
    else '^vacuum \(.*\) public.ip$' end,
  'vacuum names the table alone where PostgreSQL would take its inheritors along');

select * from finish();
