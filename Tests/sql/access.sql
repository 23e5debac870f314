-- Who may do what, by becoming each role; and what an author tries in order to write more than its own.

select no_plan();

-- the list is complete

set session authorization sluice_owner;
select is_empty(
  $$
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      and not exists (
        select from sluice_internal.audience() as a
        where a.name = p.proname and a.kind = case p.prokind when 'p' then 'procedure' else 'function' end)
  $$,
  'access/audience.sql lists every function');
select is_empty(
  $$
    select c.oid::regclass
    from pg_class c
    where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind in ('r', 'v', 'm', 'p')
      and not exists (
        select from sluice_internal.audience() as a
        where a.name = c.relname and a.kind = case c.relkind when 'v' then 'view' else 'table' end)
  $$,
  'and every table and view');
select is_empty(
  $$
    select a.kind, a.name from sluice_internal.audience() as a
    where not exists (select from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname = a.name)
      and not exists (select from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relname = a.name)
  $$,
  'and nothing that is not there');
select is_empty(
  $$
    select p.oid::regprocedure
    from pg_proc p
    join sluice_internal.audience() as a on a.name = p.proname and a.kind in ('function', 'procedure') and a.audience <> 'owner'
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prosecdef and p.provolatile = 'v'
      and 'sluice_internal.caller'::regtype::oid <> all (p.proargtypes)
      -- prunes what is old and announces what is late, and drops what nothing needs, whoever calls it
      and p.proname not in ('keep_house', 'drop_compiled')
  $$,
  'every function that writes with the owner''s rights, and that others may call, is told who calls');
select is_empty(
  $$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prokind = 'f'
      and not exists (select from unnest(p.proconfig) as c where c like 'search_path=%')
  $$,
  'every function pins its search_path');

-- granting

select throws_ok($$select sluice.grant_viewer('nobody_of_that_name')$$, '42704', null, 'an unknown role is refused');
select throws_ok($$select sluice.grant_author('public')$$, '42704', null, 'and so is public');
select sluice.grant_viewer('viewer'), sluice.grant_operator('operator'), sluice.grant_author('author'),
  sluice.grant_author('another_author');
reset session authorization;
grant create on schema public to author, another_author;
set session authorization author;
select throws_ok($$select sluice.grant_operator('author')$$, '42501', null, 'nobody else can grant');
select throws_ok($$select sluice_internal.grant_audience('author', 'operator')$$, '42501', null, 'by no way');
select throws_ok($$select sluice.adopt()$$, '42501', null, 'nor adopt a copy');

-- an author's own

create table items (id integer primary key, size integer, weight integer);
insert into items (id, size) select i, i from generate_series(1, 1000) as i;
analyze items;
select lives_ok($$select sluice.define('weights', 'items', pending => 'weight is null', set => 'weight = size')$$, 'an author defines');
select lives_ok($$select * from sluice.plan('weights')$$, 'plans');
select lives_ok($$select * from sluice.preview('weights')$$, 'previews');
select lives_ok($$select * from sluice.schedule('weights', within => '1 hour')$$, 'schedules');
select lives_ok(
  $$
    select sluice.pause('weights'), sluice.resume('weights'), sluice.throttle('weights', 1000000),
      sluice.reschedule('weights', within => '2 hours'), sluice.cancel('weights'), sluice.restart('weights')
  $$, 'controls its own');
call sluice.cleanup('weights');
select ok(sluice.finished('weights'), 'and cleans up, with no right but what grant_author gave');
update items set weight = null;
select sluice.restart('weights'), sluice.schedule('weights', within => '1 day');
select throws_ok($$update sluice.schedule set priority = 100$$, '42501', null, 'an author edits no schedule but by the functions');
select throws_ok($$update sluice_internal.migration set owner = 'postgres'$$, '42501', null, 'nor any other control data');
select throws_ok($$insert into sluice.guard select g from sluice.guard g$$, '42501', null, 'nor guards');

-- others' own

set session authorization another_author;
select throws_ok('select ' || v.call, 'SL007', null, 'another author cannot ' || v.call)
from (values
  ($q$sluice.pause('weights')$q$), ($q$sluice.resume('weights')$q$), ($q$sluice.throttle('weights', 1)$q$),
  ($q$sluice.cancel('weights')$q$), ($q$sluice.retry('weights')$q$), ($q$sluice.restart('weights')$q$),
  ($q$sluice.accept_remaining('weights')$q$), ($q$sluice.forget('weights')$q$), ($q$sluice.reschedule('weights')$q$),
  ($q$sluice_internal.begin_cleanup('weights')$q$), ($q$sluice_internal.dismantle('weights')$q$), ($q$sluice_internal.complete_on_finish('weights', 1)$q$),
  ($q$sluice_internal.next_on_finish('weights')$q$), ($q$sluice.plan('weights')$q$), ($q$sluice.preview('weights')$q$),
  ($q$sluice.schedule('weights')$q$)) as v (call);
select throws_ok(format('select sluice_internal.run(%s)', (select max(lane_id) from sluice.lanes)), 'SL007', null, 'nor run its lanes');
select throws_ok(format('select sluice_internal.checkpoint(row(%s, %s, null, null, null, null, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null)::sluice_internal.batch_result)',
  l, v), case when v = 0 then 'SL007' else 'SL008' end, null, 'nor checkpoint them')
from (select max(lane_id) from sluice.lanes) as lane (l), generate_series(0, 1) as v;
select throws_ok(format($$select sluice_internal.fail(%s, 0, '42P01', 'gone')$$, (select max(lane_id) from sluice.lanes)), 'SL007', null,
  'nor report that they failed');
select is((select c.reason from sluice_internal.claim() as c), 'nothing scheduled', 'nor claim them');
select throws_ok($$select sluice.define('mine', 'items', set => 'weight = 1')$$, '42501', null,
  'nor define what changes a table that it may not change');

-- operators and viewers

set session authorization operator;
select lives_ok($$select sluice.pause('weights'), sluice.resume('weights')$$, 'an operator controls others'' migrations');
select lives_ok($$update sluice.guard set slow_at = slow_at, hold_at = hold_at, enabled = enabled$$, 'sets thresholds');
select lives_ok($$update sluice.policy set batch_time = batch_time$$, 'and the policy');
select throws_ok($$update sluice.guard set measure = 'pg_sleep(1)'$$, '42501', null,
  'but not what a guard measures, which runs with the owner''s rights');
select throws_ok($$select sluice.define('mine', 'items', set => 'weight = 1')$$, '42501', null, 'nor defines');
select throws_ok($$select sluice_internal.claim()$$, '42501', null, 'nor runs');
set session authorization viewer;
select lives_ok($$select * from sluice.progress$$, 'a viewer watches');
select lives_ok($$select * from sluice.stuck$$, 'sees what is stuck');
select lives_ok($$select sluice.finished('weights'), sluice.version(), sluice.progress('weights')$$, 'and asks');
select throws_ok($$select sluice.pause('weights')$$, '42501', null, 'but controls nothing');
select throws_ok($$select * from sluice_internal.lane$$, '42501', null, 'and reads no table of Sluice''s own');
set session authorization stranger;
select throws_ok($$select sluice.version()$$, '42501', null, 'a stranger does not even see the schema');

-- SET ROLE is no way in

reset session authorization;
set role author;
select throws_ok($$select sluice.define('as_author', 'items', set => 'weight = 1')$$, 'SL007', null,
  'a superuser who took an author''s role does not define for it');
select throws_ok($$select sluice_internal.claim()$$, 'SL007', null, 'nor claim');
select throws_ok(format('select sluice_internal.run(%s)', (select max(lane_id) from sluice.lanes)), 'SL007', null, 'nor run');
select throws_ok($$select sluice.preview('weights')$$, 'SL007', null, 'nor preview, which runs a batch');
select throws_ok($$select sluice.plan('weights')$$, 'SL007', null, 'nor plan, which runs some');
select throws_ok($$call sluice.cleanup('weights')$$, 'SL007', null, 'nor clean up, which runs on_finish');
reset role;
select throws_ok(format('select sluice_internal.run(%s)', (select max(lane_id) from sluice.lanes)), 'SL007', null,
  'a superuser is refused too, as itself');
select is((select c.lane_id from sluice_internal.claim() as c), null, 'and claims nothing of others''');
select throws_ok($$call sluice.cleanup('weights')$$, 'SL007', null, 'nor cleans up');

-- nobody can say to be somebody else

set session authorization another_author;
select throws_ok($$select sluice.pause('weights', 'author')$$, '23514', null, 'the caller cannot be forged');
select throws_ok($$select sluice.pause('weights', caller => 'operator')$$, '23514', null, 'by name neither');
select throws_ok($$create table stolen as select current_user::sluice_internal.caller as who$$, '42501', null, 'nor kept for later');
select throws_ok($$create function stolen() returns sluice_internal.caller language sql return null$$, '42501', null, 'nor returned');
select throws_ok($$select sluice.pause('weights', (select current_user::sluice_internal.caller where false))$$, 'SL007', null,
  'and nobody is not somebody');

-- an index on one's table runs code in the session of whoever analyzes it

create table bait (id integer primary key, value integer);
create table tried (act text, answer text);
create function strike() returns void language plpgsql
as $$
declare
  act text;
begin
  foreach act in array array[
    $q$select sluice_internal.register_definition(jsonb_populate_record(null::sluice_internal.migration, '{"name": "theirs", "kind": "update"}'))$q$,
    $q$select sluice.pause('weights')$q$,
    $q$select sluice.forget('weights')$q$,
    $q$select sluice_internal.claim()$q$]
  loop
    begin
      execute act;
      insert into public.tried values (act, 'done');
    exception when others then
      insert into public.tried values (act, sqlstate);
    end;
  end loop;
end
$$;
create function spring(value integer) returns integer language plpgsql immutable
as $$
begin
  if session_user <> current_user then
    perform public.strike();
  end if;
  return value;
end
$$;
insert into bait values (1, 1);
create index bait_springs on bait (spring(value));
reset session authorization;
analyze bait;
select results_eq($$select distinct answer from tried order by answer$$, array['SL007'],
  'an author''s code that runs in a superuser''s session gets nothing of the superuser''s');
select results_eq($$select count(*), count(*) filter (where owner = 'postgres') from sluice_internal.migration$$, $$values (1::bigint, 0::bigint)$$,
  'no migration was put into its name');

-- forged definitions

set session authorization another_author;
create table own (id integer primary key, value integer);
create function try(changes jsonb) returns text language plpgsql
as $$
begin
  if exists (select from sluice.progress p where p.name = 'forged') then
    perform sluice.forget('forged');
  end if;
  perform sluice_internal.register_definition(jsonb_populate_record(null::sluice_internal.migration, jsonb_build_object(
    'name', 'forged', 'owner', 'postgres', 'state', 'running', 'target', 'public.own', 'kind', 'update', 'pending', 'true',
    'changes', array['value = 1'], 'key_columns', array['id'], 'key_types', array['integer'], 'walk', 'key', 'capture', false,
    'scoped', false, 'after', '{}'::text[], 'on_finish', '{}'::text[], 'search_path', array['pg_catalog'],
    'assigned_columns', '{}'::text[], 'function_parts', '{}'::text[], 'settings', '{}'::jsonb, 'proof', 'snapshot', 'definition', '{}'::jsonb) || changes));
  return 'registered';
exception when others then
  return sqlstate;
end
$$;
select is(try('{}'), 'registered', 'a forged definition is registered');
select results_eq($$select owner = 'another_author', state from sluice.progress where name = 'forged'$$, $$values (true, 'defined')$$,
  'but in the name of who forged it, and not running');
select isnt(try('{"key_types": ["integer) = 1; drop table sluice_internal.lane; --"]}'), null, 'hostile types');
select isnt(try('{"pending": "true $f$ $$ \\'' ; drop table sluice_internal.lane; --"}'), null, 'hostile predicates');
select isnt(try('{"search_path": ["a set role postgres", "x\"y"]}'), null, 'hostile paths');
select isnt(try('{"search_path": []}'), null, 'no path');
select isnt(try('{"settings": {"role": "postgres", "x to y; drop table sluice_internal.lane; --": "z"}}'), null, 'hostile settings');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.proconfig::text ~ 'role='$$, 'which are left out');
select isnt(try('{"key_columns": ["id\" = 1; --"]}'), null, 'hostile columns');
select isnt(try('{"kind": "statements", "changes": ["select 1; create role mine superuser; --", null]}'), null, 'hostile statements');
select isnt(try('{"walk": "blocks", "key_columns": ["ctid"], "key_types": ["tid"]}'), null, 'a walk that was not checked');
select is(try(format('{"definition": {"target": %s, "set": "x"}}', t.name)::jsonb), 'registered', 'another name of the target: ' || t.name)
from unnest(array['1', 'null', '[]', '""', '"a.b.c.d.e"', '"otherdb.a.t"', '"public.items"']) as t (name);
select is((select definition ->> 'target' from sluice.definitions where name = 'forged'), 'public.own', 'which is written as it is');
select is(try(format('{"%s": %s}', a.name, v.value)::jsonb), 'SL001', format('%s as %s', a.name, v.value))
from unnest('{definition,settings}'::text[]) as a (name), unnest(array['1', 'null', '[]', '"x"']) as v (value);
select isnt(try('{"target": 0}'), null, 'no target');
select isnt(try('{"target": "pg_catalog.pg_authid"}'), null, 'a system table');
reset session authorization;
select has_table('sluice_internal', 'lane', 'change nothing');
create schema closed authorization another_author;
set session authorization another_author;
create table closed.own (id integer primary key, value integer);
set quote_all_identifiers = on;
select sluice.define('closed', 'closed.own', pending => 'value is null', set => 'value = 1');
reset quote_all_identifiers;
reset session authorization;
select is(sluice_internal.renamed_relations((select migration_id from sluice_internal.migration where name = 'closed')), null,
  'in a schema that the owner of schema sluice may not use, a table has its name');
alter table closed.own rename to own_now;
select matches(sluice_internal.renamed_relations((select migration_id from sluice_internal.migration where name = 'closed')),
  '^closed.own is called closed.own_now now$', 'until it is renamed');
select is_empty(
  $$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '_\d+_\d+(_blocks)?$'
      and (p.prosecdef or p.proowner <> 'sluice_owner'::regrole
        or exists (
          select from aclexplode(p.proacl) as x
          where x.grantee not in ('sluice_owner'::regrole, 'author'::regrole, 'another_author'::regrole)
            or x.privilege_type <> 'EXECUTE'))
  $$,
  'what they compile to runs with the caller''s rights, and is executable by its author alone');
set session authorization another_author;
select throws_ok(format('alter function %s security definer', p.oid::regprocedure), '42501', null, 'who cannot alter it')
from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '^change_\d+_\d+$' limit 1;

-- forged results: an author lies about its own migration, at worst

set session authorization author;
select throws_ok(format(
  'select sluice_internal.checkpoint(row(%s, l.version, null, array[''1000''], null, array[''1000''], -2147483648, 5, 5, 9, 0, 0, null, null, null, null, null, null, null, null)::sluice_internal.batch_result)
  from (select %1$s as lane, 99 as version) as l', (select max(lane_id) from sluice.lanes where name = 'weights')), 'SL008', null,
  'a result for a lane that moved on is refused');

-- events cannot be switched off by settings of the session

select max(event_id) as last_event from sluice.events \gset
set row_security = off;
set check_function_bodies = off;
select sluice.pause('weights');
reset row_security;
reset check_function_bodies;
select results_eq(format($$select new_state from sluice.events where event_id > %s and name = 'weights'$$, :last_event),
  array['paused'], 'a change of state leaves its event, whatever the author sets');
select is((select state from sluice.progress('weights')), 'paused', 'and takes effect');

-- guards cannot be kept from being read

select pg_advisory_lock(hashtextextended('sluice_internal.read_guards', 'public.items'::regclass::oid::bigint));
reset session authorization;
update sluice_internal.guard_reading set read_at = read_at - interval '2 seconds';
select ok(sluice_internal.read_guards('public.items'::regclass), 'no lock that a stranger could take keeps guards from being read');

-- taking it back

set session authorization sluice_owner;
select sluice.revoke_access('author');
set session authorization author;
select throws_ok($$select * from sluice.progress$$, '42501', null, 'who loses access sees nothing any more');
set session authorization sluice_owner;
select sluice.grant_viewer('author');
revoke execute on function sluice.finished(text) from author, viewer, operator;
select sluice_internal.renew_access();
select ok(bool_and(has_function_privilege(r, 'sluice.finished(text)', 'execute')), 'installing again renews what each role has')
from unnest('{author,viewer,operator,another_author}'::name[]) as r;

select * from finish();
