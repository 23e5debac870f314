-- Copies, clones, and what people are told when a table, a session or a schedule is gone.

select no_plan();

select sluice.grant_author('author'), sluice.grant_viewer('viewer'), sluice.grant_operator('operator')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
update sluice.guard set enabled = false;

set session authorization author;
create table items (id integer primary key, n integer);
insert into items select i from generate_series(1, 10) as i;
analyze items;
select sluice.define('items', 'items', pending => 'n is null', set => 'n = 1');
select from sluice.schedule('items', immediately => true);

-- A clone by base backup has the identity of its original: it is disowned by hand, or by the name of its cluster.
select throws_ok($$select sluice.disown()$$, '42501', null, 'an author disowns nothing');
set session authorization sluice_owner;
select sluice.disown();
select sluice.disown();
select is((select count(*) from sluice.events where kind = 'disowned'), 1::bigint, 'who disowns a database leaves one event');
set session authorization author;
select matches((select waiting_for from sluice.progress('items')), '^the adoption of this database', 'then its migrations wait');
call sluice.work('1 second', until_idle => true);
select is((select count(*) from items where n is null), 10::bigint, 'and work() changes nothing');
select results_eq($$select problem from sluice.stuck$$, array['not_adopted'], 'stuck says why');
set session authorization sluice_owner;
select sluice.adopt();
select is(sluice.is_adopted(), true, 'it can be adopted again');
select is((select owner from sluice.progress('items')), 'author', 'with its owners');

select throws_ok($$select sluice.require_cluster('{somewhere_else}')$$, 'SL009', null, 'a list without this server is refused');
select throws_ok($$select sluice.require_cluster('{}')$$, 'SL009', null, 'so is an empty one');
select throws_ok($$select sluice.require_cluster(array[null])$$, 'SL009', null, 'and one with null');
select lives_ok($$select sluice.require_cluster(null)$$, 'none is none');
update sluice_internal.installation set cluster_names = '{shop_1,shop_2}';
select is(sluice.is_adopted(), false, 'on a server with another cluster_name nothing runs');
select set_config('sluice.identity', (select format('%s/%s', system_identifier, database_oid) from sluice_internal.installation), false);
select is(sluice.is_adopted(), false, 'whatever a session says of its identity');
select sluice.adopt();
select is(sluice.is_adopted(), true, 'until it is adopted');
select current_setting('sluice.identity') as identity \gset
select set_config('sluice.identity', 'another', false) as forged \gset
select is(sluice.is_adopted(), true, 'a session that was told something else asks again');
select is(current_setting('sluice.identity'), :'identity', 'and has the same answer');
update sluice_internal.installation set database_oid = database_oid::bigint + 1;
select ok(not sluice.is_adopted(), 'nor is another database of the same server the one that was adopted');
update sluice_internal.installation set database_oid = database_oid::bigint - 1;
update sluice_internal.installation set system_identifier = system_identifier + 1;
select is(sluice.is_adopted(), false, 'an answer for one identity is none for another');
update sluice_internal.installation set system_identifier = system_identifier - 1, secret = gen_random_uuid();
select set_config('sluice.identity', :'identity', false) as forged \gset
select is(sluice.is_adopted(), true, 'with another secret it is asked again');
select isnt(current_setting('sluice.identity'), :'identity', 'and kept otherwise, so that nobody can say it in advance');

-- restart() of what was cleaned up.
set session authorization author;
call sluice.cleanup('items');
select sluice.restart('items');
select is((select state from sluice.progress('items')), 'cancelled', 'what has no schedule is cancelled after a restart');

-- Names of tables that were renamed or dropped.
update items set n = null;
select from sluice.schedule('items', immediately => true);
alter table items rename to things;
call sluice.work('10 minutes', until_idle => true);
select results_eq($$select problem, detail from sluice.stuck where name = 'items'$$,
  $$values ('paused', 'relation "public.items" does not exist (SQLSTATE 42P01); public.items is called public.things now')$$,
  'a table that was renamed is named');
select is((select target from sluice.progress('items')), 'public.things', 'and shown by its name');
drop table things;
select results_eq($$select target from sluice.progress('items') union all select target from sluice.definitions
  union all select target from sluice.proof$$, array['public.items', 'public.items', 'public.items'], 'one that was dropped is shown by the name it had');
select matches((select advice from sluice.stuck where name = 'items'),
  'Where the table is gone for good: select sluice\.cancel\(''items''\); select sluice\.forget\(''items''\);', 'with what to do when it is gone');
select sluice.cancel('items');
select sluice.forget('items');

create table leaves (id integer primary key, n integer) partition by range (id);
create table leaf partition of leaves for values from (1) to (100);
insert into leaves select i from generate_series(1, 10) as i;
analyze leaves;
select sluice.define('leaves', 'leaves', pending => 'n is null', set => 'n = 1');
select from sluice.schedule('leaves', immediately => true);
alter table leaf rename to leaf_of_autumn;
call sluice.work('10 minutes', until_idle => true);
select matches((select detail from sluice.stuck where name = 'leaves'), 'public.leaf is called public.leaf_of_autumn now', 'so is a partition');
alter table leaf_of_autumn rename to leaf;
select sluice.resume('leaves');
call sluice.work('10 minutes', until_idle => true);
select is((select state from sluice.progress('leaves')), 'finished', 'with its name it goes on');

-- Since when.
create table seats (id integer primary key, n integer);
insert into seats select i from generate_series(1, 10) as i;
analyze seats;
select sluice.define('seats', 'seats', pending => 'n is null', set => 'n = 1');
set session authorization operator;
insert into sluice.window (name, opens, closes, days)
values ('other_day', '0:00', '23:59', array[(extract(isodow from now() at time zone 'UTC')::integer + 2) % 7 + 1]);
insert into sluice.schedule (migration, during, deadline) values ('seats', '{other_day}', now() + interval '7 days');
reset session authorization;
update sluice_internal.migration set scheduled_at = now() - interval '1 hour' where name = 'seats';
select ok((select since between now() - interval '61 minutes' and now() - interval '59 minutes' from sluice.stuck
  where name = 'seats' and problem = 'waits'), 'a wait says since when no batch ran');
set session_replication_role = replica;
update sluice.schedule set during = '{}', starts_at = now() - interval '2 hours', deadline = now() - interval '1 hour' where migration = 'seats';
set session_replication_role = origin;
select sluice_internal.keep_house();
select ok((select since >= now() - interval '1 minute' from sluice.stuck where name = 'seats' and problem = 'deadline_at_risk'),
  'a deadline at risk, since when that is known');

select * from finish();
