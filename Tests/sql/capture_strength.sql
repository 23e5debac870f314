-- A capture trigger counts as one only while it is what was installed, on each table of the target and all the time:
-- whatever was done to it meanwhile, rows that it did not see are found, because it is installed again and verification
-- begins again.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create procedure walk_until(migration text, wanted text) language plpgsql as $$
declare
  ends_at timestamptz := clock_timestamp() + interval '5 minutes';
begin
  while not exists (
    select from sluice.progress(migration) p
    where p.state = wanted and p.state <> 'verifying' or p.state = 'finished'
      or wanted = 'verifying' and exists (select from sluice.lanes l where l.name = migration and l.act = 'sweep' and l.rows_visited > 0)
      or wanted = 'running' and exists (select from sluice.lanes l where l.name = migration and l.act = 'change' and l.rows_visited > 0))
  loop
    perform sluice_internal.run_one(migration);
    commit;
    if clock_timestamp() > ends_at then
      raise 'migration "%" is still not %', migration, wanted;
    end if;
  end loop;
end $$;

create function lost(migration text) returns bigint language sql as $$
  select count(*) from sluice.events where name = migration and kind = 'capture_lost'
$$;

-- one table

create table t (id integer primary key, v integer);
create function reload() returns void language sql as $$
  delete from t;
  insert into t select i, null from generate_series(1, 1000) as i;
$$;

create procedure begin_run(migration text, until text) language plpgsql as $$
begin
  perform reload();
  perform sluice.define(migration, 't', pending => 'v is null', set => 'v = id', capture => true, max_batch => 100, min_batch => 100,
    walk => 'key');
  perform from sluice.schedule(migration, immediately => true);
  commit;
  call walk_until(migration, until);
end $$;

create procedure end_run(migration text) language plpgsql as $$
begin
  call sluice.work('5 minutes', migration, until_idle => true);
end $$;

create function facts(migration text) returns text language sql as $$
  select format('%s, %s pending, %s lost', (select p.state from sluice.progress(migration) as p),
    (select count(*) from t where v is null), lost(migration))
$$;

create function forgotten(migration text) returns void language sql as $$
  select sluice.cancel(migration) where not sluice.finished(migration);
  select sluice.forget(migration);
$$;

call begin_run('untouched', 'verifying');
insert into t values (-1);
do $$ begin
  execute (select format('grant execute on function %s to operator', c.function) from sluice.captures c);
end $$;
reset session authorization;
vacuum full pg_trigger;
vacuum (freeze) pg_trigger;
vacuum full pg_proc;
analyze t;
set session authorization author;
select ok(is_intact, 'maintenance of the catalog does not touch it') from sluice.captures;
call end_run('untouched');
select is(facts('untouched'), 'finished, 0 pending, 0 lost', 'a trigger that nobody touched is not lost; nor by a grant');
select forgotten('untouched');

call begin_run('weaker', 'verifying');
alter table t disable trigger user;
alter table t enable trigger user;
select results_eq($$select target::text, enabled, is_intact from sluice.captures$$, $$values ('t', 'on', false)$$,
  'a trigger that fired always, and does not any more, is told of');
reset session authorization;
set session_replication_role = replica;
insert into t select -i from generate_series(1, 100) as i;
reset session_replication_role;
set session authorization author;
call end_run('weaker');
select is(facts('weaker'), 'finished, 0 pending, 1 lost', 'and is installed again, and replicated rows are found');
select results_eq($$select enabled, is_intact from sluice.captures$$, $$values ('always', true)$$, 'as strong as it was');
select is((select detail from sluice.events where kind = 'capture_lost'), '{"relations": ["public.t"]}'::jsonb, 'the event names the table');
select forgotten('weaker');

call begin_run('interrupted', 'verifying');
alter table t disable trigger user;
insert into t select -i from generate_series(1, 100) as i;
alter table t enable trigger user;
do $$ begin
  execute (select format('alter table t enable always trigger %I', tgname) from pg_trigger where tgrelid = 't'::regclass);
end $$;
select is((select enabled from sluice.captures), 'always', 'a trigger that was off for a bulk load, and is as before');
call end_run('interrupted');
select is(facts('interrupted'), 'finished, 0 pending, 1 lost', 'is lost nevertheless, and the rows of the load are found');
select forgotten('interrupted');

call begin_run('beside', 'running');
alter table t disable trigger user;
insert into t select -i from generate_series(1, 100) as i;
call end_run('beside');
select is(facts('beside'), 'finished, 0 pending, 1 lost', 'so is one that was disabled during the walk');
select forgotten('beside');

create procedure harm(migration text, statement text) language plpgsql as $$
declare
  own record;
begin
  call begin_run(migration, 'verifying');
  select c.trigger, c.function::text as name into own from sluice.captures c where c.name = migration;
  execute replace(replace(statement, '{trigger}', quote_ident(own.trigger)), '{function}', own.name);
  insert into t select -i from generate_series(1, 100) as i;
  commit;
  call end_run(migration);
end $$;

call harm('body', $$create or replace function {function} returns trigger language plpgsql as 'begin return new; end'$$);
select is(facts('body'), 'finished, 0 pending, 1 lost', 'a function that was replaced');
select forgotten('body');
call harm('path', $$alter function {function} set search_path to nowhere$$);
select is(facts('path'), 'finished, 0 pending, 1 lost', 'settings of the function');
select forgotten('path');
call harm('invoker', $$alter function {function} security invoker$$);
select is(facts('invoker'), 'finished, 0 pending, 1 lost', 'the rights that it has');
select forgotten('invoker');
call harm('renamed', $$do 'begin alter function {function} rename to other; end'$$);
select is(facts('renamed'), 'finished, 0 pending, 1 lost', 'a function of another name');
drop function other() cascade;
select forgotten('renamed');
call harm('condition', $$do 'begin drop trigger {trigger} on t;
  create trigger {trigger} before insert or update on t for each row when (new.v is null and new.id > 0) execute function {function};
  alter table t enable always trigger {trigger}; end'$$);
select is(facts('condition'), 'finished, 0 pending, 1 lost', 'a trigger that was made again with another condition');
select forgotten('condition');
call harm('event', $$do 'begin drop trigger {trigger} on t;
  create trigger {trigger} before update on t for each row when (new.v is null) execute function {function};
  alter table t enable always trigger {trigger}; end'$$);
select is(facts('event'), 'finished, 0 pending, 1 lost', 'or for other statements');
select forgotten('event');
call harm('dropped', $$drop trigger {trigger} on t$$);
select is(facts('dropped'), 'finished, 0 pending, 1 lost', 'or dropped');
select forgotten('dropped');
create function nothing() returns trigger language plpgsql as 'begin return new; end';
call harm('namesake', $$create or replace trigger {trigger} before insert or update on t for each row execute function nothing()$$);
select is(facts('namesake'), 'finished, 0 pending, 1 lost', 'or one of its name that calls another function');
select is((select count(*) from pg_trigger where tgfoid = 'nothing()'::regprocedure), 0::bigint, 'which gives way');
select forgotten('namesake');
call harm('all', $$alter table t disable trigger all$$);
select is(facts('all'), 'finished, 0 pending, 1 lost', 'or all triggers disabled');
select forgotten('all');

-- after the end, until the cleanup

call begin_run('ended', 'finished');
select is_empty($$select * from sluice.stuck$$, 'a trigger that stays is no trouble');
alter table t disable trigger user;
insert into t select -i from generate_series(1, 100) as i;
alter table t enable trigger user;
select results_eq($$select name, problem, advice from sluice.stuck$$, $$values ('ended', 'capture_lost',
  'call sluice.cleanup(''ended''); installs it again and verifies again before it goes on.')$$, 'one that did not is told of');
call sluice.cleanup('ended');
select is(facts('ended'), 'finished, 0 pending, 1 lost', 'and cleanup verifies again');
select isnt((select cleaned_at from sluice.definitions where name = 'ended'), null, 'before it removes everything');
select forgotten('ended');
call begin_run('taken', 'finished');
select sluice.drop_capture('taken');
call sluice.cleanup('taken');
select is(facts('taken'), 'finished, 0 pending, 0 lost', 'what its owner removed is not installed again');
select forgotten('taken');

-- as another role

reset session authorization;
alter role author superuser;
set session authorization author;
call harm('owner', $$alter function {function} owner to operator$$);
reset session authorization;
alter role author nosuperuser;
set session authorization author;
select is(facts('owner'), 'finished, 0 pending, 1 lost', 'a function of another owner, who may not read what it reads');
select forgotten('owner');

-- the table of another role, where the trigger does not fire always

reset session authorization;
alter table t owner to sluice_owner;
grant select, insert, update, delete, trigger on t to author;
grant create on schema public to sluice_owner;
set session authorization author;
call begin_run('theirs', 'verifying');
reset session authorization;
alter table t disable trigger user;
insert into t select -i from generate_series(1, 100) as i;
alter table t enable trigger user;
set session authorization author;
select results_eq($$select enabled, is_intact from sluice.captures$$, $$values ('on', false)$$, 'a trigger that was on, and is again');
call end_run('theirs');
select is(facts('theirs'), 'finished, 0 pending, 1 lost', 'is found to have been off');
select forgotten('theirs');

-- partitions

create table p (id integer not null, v integer, primary key (id)) partition by range (id);
create table p_1 partition of p for values from (1) to (500);
create table p_mid partition of p for values from (500) to (2000) partition by range (id);
create table p_2 partition of p_mid for values from (500) to (1000);
create table p_3 partition of p_mid for values from (1000) to (2000);

create or replace function reload() returns void language sql as $$
  delete from p;
  insert into p select i, null from generate_series(2, 1998, 2) as i;
$$;
create or replace procedure begin_run(migration text, until text) language plpgsql as $$
begin
  perform reload();
  perform sluice.define(migration, 'p', pending => 'v is null', set => 'v = id', capture => true, max_batch => 100, min_batch => 100,
    walk => 'key');
  perform from sluice.schedule(migration, immediately => true);
  commit;
  call walk_until(migration, until);
end $$;
create or replace procedure harm(migration text, statement text) language plpgsql as $$
declare
  own record;
begin
  call begin_run(migration, 'verifying');
  select c.trigger, c.function::text as name into own from sluice.captures c where c.name = migration;
  execute replace(replace(statement, '{trigger}', quote_ident(own.trigger)), '{function}', own.name);
  insert into p select i from generate_series(1, 1999, 2) as i;
  commit;
end $$;
create or replace function facts(migration text) returns text language sql as $$
  select format('%s, %s pending, %s lost', (select p.state from sluice.progress(migration) as p),
    (select count(*) from p where v is null), lost(migration))
$$;

call begin_run('whole', 'verifying');
select is_empty($$select * from sluice.captures where target <> 'p'::regclass$$, 'partitions as their root have no row of their own');
create table p_4 partition of p for values from (2000) to (3000);
create table p_5 (id integer primary key, v integer);
insert into p_5 values (3001, null);
alter table p attach partition p_5 for values from (3000) to (4000);
insert into p values (1, null), (2001, null), (3002, null);
call end_run('whole');
select is(facts('whole'), 'finished, 0 pending, 0 lost', 'partitions that are new have the trigger, and nothing is lost');
select forgotten('whole');
drop table p_4;
drop table p_5;

call harm('leaf', 'alter table p_2 disable trigger user');
select results_eq($$select target::text, enabled, inherited_from::text, is_intact from sluice.captures order by 1$$,
  $$values ('p', 'always', null, true), ('p_2', 'off', 'p', false)$$, 'a partition that differs from its root has a row');
call end_run('leaf');
select is(facts('leaf'), 'finished, 0 pending, 1 lost', 'the trigger of a single partition');
select is((select detail from sluice.events where name = 'leaf' and kind = 'capture_lost'), '{"relations": ["public.p_2"]}'::jsonb,
  'the event names it');
select results_eq($$select target::text, enabled, is_intact from sluice.captures$$, $$values ('p', 'always', true)$$, 'it is as the others again');
select forgotten('leaf');

call harm('leaf_on', 'alter table p_3 enable trigger {trigger}');
call end_run('leaf_on');
select is(facts('leaf_on'), 'finished, 0 pending, 1 lost', 'one that is only on where it was always');
select forgotten('leaf_on');

call harm('between', 'alter table only p_mid enable trigger {trigger}');
select results_eq($$select target::text, enabled, inherited_from::text from sluice.captures order by 1$$,
  $$values ('p', 'always', null), ('p_mid', 'on', 'p')$$, 'a level between');
call end_run('between');
select is(facts('between'), 'finished, 0 pending, 1 lost', 'counts as well');
select forgotten('between');

call begin_run('away', 'verifying');
alter table p detach partition p_1;
insert into p_1 values (1, null), (3, null);
alter table p attach partition p_1 for values from (1) to (500);
call end_run('away');
select is(facts('away'), 'finished, 0 pending, 1 lost', 'a partition that was away for a while, and was written to');
select forgotten('away');

call begin_run('new', 'verifying');
create table p_4 partition of p for values from (2000) to (3000);
alter table p_4 disable trigger user;
insert into p values (2001, null), (2002, null);
call end_run('new');
select is(facts('new'), 'finished, 0 pending, 1 lost', 'a new partition whose trigger was disabled');
select forgotten('new');
drop table p_4;

-- tables that inherit

create table h (id integer primary key, v integer);
create table h_1 (primary key (id)) inherits (h);
insert into h select i from generate_series(1, 500) as i;
insert into h_1 select i from generate_series(501, 1000) as i;
select sluice.define('heirs', 'h', pending => 'v is null', set => 'v = id', capture => true, max_batch => 100, min_batch => 100, walk => 'key');
select sluice.schedule('heirs', immediately => true);
call walk_until('heirs', 'verifying');
create table h_2 (primary key (id)) inherits (h);
insert into h_2 values (2000);
call end_run('heirs');
insert into h_2 values (2001);
select is((select count(*) from h where v is null), 0::bigint, 'a table that inherits and is new has a trigger before the run ends');
select is(lost('heirs'), 1::bigint, 'because it had none');
call sluice.cleanup('heirs');

select * from finish();
