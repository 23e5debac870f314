-- Schemas of a search path in which others may create what the SQL of a definition would call.
--
-- hostile: planted integer * numeric; the SET list of this test is its own

begin;
select no_plan();
grant create on database :"DBNAME" to author;
grant create on schema public to author;
select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', true)) as r;
reset role;

set session authorization author;
create table item (id integer primary key, a integer, b numeric);
insert into item select n, n from generate_series(1, 10) as n;
create schema own;
reset session authorization;

create temporary table said (message text);
create function pg_temp.open(path text[]) returns setof text language sql as
  $$ select format('%s: %s', o.schema, o.who) from sluice_internal.open_schemas(path, 'author') as o $$;

-- who is another
select is_empty($$select pg_temp.open('{pg_catalog,public,pg_temp}')$$,
  'in public of PostgreSQL 15 and newer nobody but the author and the database''s owner may create');
grant create on schema public to sluice_owner;
select is_empty($$select pg_temp.open('{public}')$$, 'a grant to the owner of the database tells nothing new');
create role team nologin;
grant create on schema public to team;
select is_empty($$select pg_temp.open('{public}')$$, 'a group without members that log in is nobody');
grant team to author;
select is_empty($$select pg_temp.open('{public}')$$, 'so is a group of the author alone');
grant team to application;
select results_eq($$select pg_temp.open('{public}')$$, array['public: "application"'], 'a member of the group is another');
alter role application noinherit;
select results_eq($$select pg_temp.open('{public}')$$, array['public: "application"'], 'also one that has to SET ROLE first');
grant author to application;
select is_empty($$select pg_temp.open('{public}')$$, 'who may act as the author gains nothing');
revoke author from application;
grant create on schema own to public;
select results_eq($$select pg_temp.open('{pg_catalog,own,nowhere,public,pg_temp}')$$,
  array['own: all roles', 'public: "application"'], 'each schema of the path is looked at, in its order');
grant create on schema public to viewer, operator, stranger;
select results_eq($$select pg_temp.open('{public}')$$, array['public: 4 roles, among them "application"'],
  'many are counted');
select is_empty($$select pg_temp.open('{pg_catalog,pg_temp}')$$, 'what is not on the path does not matter');

-- who owns a schema, or may make it
revoke create on schema public from viewer, operator, stranger, team, sluice_owner;
select is_empty($$select pg_temp.open('{public}')$$, 'the owner of schema sluice is trusted, who owns the database here');
alter database :"DBNAME" owner to application;
select results_eq($$select pg_temp.open('{pg_catalog,public,pg_temp}')$$, array['public: "application"'],
  'another owner of the database may create in public');
select results_eq($$select pg_temp.open('{nowhere}')$$, array['nowhere: "application"'],
  'and in a schema that does not exist, once it has made it');
select is_empty($$select pg_temp.open(array[]::text[])$$, 'an empty path has nothing of it');
set session authorization author;
select throws_ok(
  $$select sluice.define('captured', 'item', pending => 'b is null', set => 'b = a * 1.5', capture => true,
    search_path => '{public}')$$,
  'SL001', 'migration "captured", capture: others may create objects in schema "public" of its search path',
  'so a capture trigger does not look names up there');
reset session authorization;
create schema theirs authorization application;
select results_eq($$select pg_temp.open('{theirs}')$$, array['theirs: "application"'], 'so may the owner of a schema');
revoke all on schema theirs from application;
select results_eq($$select pg_temp.open('{theirs}')$$, array['theirs: "application"'],
  'also one that took its own right away, and can give it back');
create schema author authorization application;
select results_eq($$select pg_temp.open('{$user}')$$, array['$user: "application"'], 'a schema named after the author is meant');
alter schema theirs owner to team;
select results_eq($$select pg_temp.open('{theirs}')$$, array['theirs: "application"'], 'and members of a group that owns it');
revoke team from application;
select is_empty($$select pg_temp.open('{theirs}')$$, 'but nobody where only the author is in it');
grant team to application;
alter database :"DBNAME" owner to author;
select is_empty($$select pg_temp.open('{public,nowhere}')$$, 'nor where the author owns the database');
alter database :"DBNAME" owner to postgres;
select is_empty($$select pg_temp.open('{public,nowhere}')$$, 'or a superuser does');
alter database :"DBNAME" owner to sluice_owner;
grant create on schema public to team;

-- with capture it is refused
set session authorization author;
select throws_ok(
  $$select sluice.define('captured', 'item', pending => 'b is null', set => 'b = a * 1.5', capture => true,
    search_path => '{public,own}')$$,
  'SL001', 'migration "captured", capture: others may create objects in schema "public" of its search path',
  'a capture trigger does not look names up where others may create them');
select lives_ok(
  $$select sluice.define('captured', 'item', pending => 'b is null', set => 'b = a * 1.5', capture => true,
    search_path => '{}')$$,
  'without the schema on its path it is defined');
select sluice.schedule('captured', immediately => true) is not null;
select sluice_internal.run_one('captured') is not null;
insert into item values (100, 2);
select is((select b from item where id = 100), 3.0, 'and converts rows');
reset session authorization;

-- what is planted afterwards is not called
set client_min_messages to warning;
drop operator if exists public.* (integer, numeric);
set session authorization application;
set role team;
create function public.planted(integer, numeric) returns numeric language sql as 'select -1.0';
create operator public.* (leftarg = integer, rightarg = numeric, function = public.planted);
reset role;
reset session authorization;
insert into public.item values (101, 2);
select is((select b from public.item where id = 101), 3.0, 'also when another operator fits better in a schema off its path');

-- a trigger's function is for its table: whoever may execute it cannot let it work on values of types with code of their own
select function as capture_function from sluice.captures \gset
create schema trap authorization application;
grant execute on function :capture_function to application;
set session authorization application;
create table trap.called (who text);
create function trap.call(x numeric) returns boolean language plpgsql as
  $$ begin insert into trap.called values (current_user); return true; end $$;
grant usage on schema trap to author;
grant all on trap.called to author;
create domain trap.sprung as numeric check (trap.call(value));
create table trap.item (id integer, a integer, b trap.sprung);
create trigger zz before insert on trap.item for each row execute function :capture_function;
insert into trap.item values (1, 2, null);
reset session authorization;
select is_empty('select * from trap.called where who = ''author''', 'on the table of another it calls nothing');
select is((select b from trap.item), null, 'and converts nothing');
set session authorization author;
alter default privileges grant execute on functions to application;
select sluice.define('privileged', 'public.item', pending => 'b is null', set => 'b = a', capture => true, search_path => '{}');
select sluice.schedule('privileged', immediately => true) is not null;
select sluice_internal.run_one('privileged') is not null;
reset session authorization;
select isnt_empty('select from sluice.captures where name = ''privileged''', 'default privileges of the author');
select is_empty($$select * from sluice.captures where name = 'privileged' and has_function_privilege('application', function, 'execute')$$,
  'let nobody execute it');

-- what a name of the definition meant is gone, and the one who writes has another in its temporary schema
create schema safe authorization author;
set session authorization author;
create table safe.source (id integer primary key, x numeric);
insert into safe.source values (200, 5), (201, 6), (202, 7);
select sluice.define('sourced', 'public.item', pending => 'b is null', set => 'b = s.x', source => 'source s', match => 's.id = item.id',
  capture => true, search_path => '{safe}');
select sluice.cancel('captured'), sluice.cancel('privileged'), sluice.forget('captured'), sluice.forget('privileged');
select sluice.schedule('sourced', immediately => true) is not null;
select sluice_internal.run_one('sourced') is not null;
grant select, insert on public.item to application;
reset session authorization;
set session authorization application;
insert into public.item values (200, 1);
create temporary table other (id integer);
insert into public.item values (201, 1);
reset session authorization;
select results_eq('select id, b from public.item where id > 199', $$values (200, 5.0), (201, 6.0)$$,
  'other temporary tables of one who writes do not matter');
drop table safe.source;
set session authorization application;
create function trap.value() returns numeric language plpgsql as
  $$ begin insert into trap.called values (current_user); return 1; end $$;
create temporary view source as select i as id, trap.value() as x from generate_series(200, 300) as i;
grant select on pg_temp.source to public;
insert into public.item values (202, 1);
reset session authorization;
select is((select b from public.item where id = 202), null, 'but one with a name of the definition leaves the row pending');
select is_empty('select * from trap.called where who = ''author''', 'and its code is not called');

-- a schema that was opened after the definition
set session authorization author;
select sluice.cancel('sourced'), sluice.forget('sourced');
select sluice.define('opened', 'public.item', pending => 'b is null', set => 'b = a', capture => true, search_path => '{safe}');
select sluice.schedule('opened', immediately => true) is not null;
reset session authorization;
grant create on schema safe to application;
set session authorization author;
select sluice_internal.run_one('opened') is not null;
select results_eq($$select state, waiting_for like '%others may create objects in schema "safe" of its search path%' from sluice.progress('opened')$$,
  $$values ('paused', true)$$, 'in a schema that was opened after the definition no trigger is made');
reset session authorization;
revoke create on schema safe from application;
set session authorization author;
select sluice.resume('opened');
select sluice_internal.run_one('opened') is not null;
reset session authorization;
select is_empty($$select * from sluice.stuck where problem = 'capture_exposed'$$, 'when it is closed again');
grant create on schema safe to application;
select results_eq($$select name, detail from sluice.stuck where problem = 'capture_exposed'$$,
  $$values ('opened', 'others may create objects in schema "safe" of the search path of the capture trigger: "application"')$$,
  'and stuck tells where it is opened once more');
set session authorization author;
select sluice.cancel('opened'), sluice.forget('opened');
reset session authorization;
revoke all on public.item from application;

-- triggers run with the rights of who writes
create function pg_temp.makers() returns setof text language sql set search_path to pg_catalog as
  $$ select format('%s: %s', m.relation, m.who) from sluice_internal.trigger_makers('public.item', 'author') as m $$;
select is_empty('select pg_temp.makers()', 'on a table of the author nobody else creates triggers');
grant select, update on public.item to viewer;
select is_empty('select pg_temp.makers()', 'nor does one that only writes to it');
grant all on public.item to application;
select results_eq('select pg_temp.makers()', array['public.item: "application"'], 'GRANT ALL includes that');
revoke all on public.item from application;
alter table public.item owner to stranger;
select results_eq('select pg_temp.makers()', array['public.item: "stranger"'], 'and another owner of the table can');
select * from finish();
rollback;
