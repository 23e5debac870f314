-- What becomes part of a target, or of its predicate, that define() would have refused; and what becomes part of it after the end.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
-- one that cannot be read is enough
create foreign data wrapper elsewhere;
create server elsewhere foreign data wrapper elsewhere;
grant usage on foreign server elsewhere to author;
set session authorization author;
set client_min_messages to error;

\ir support/run_until.sql
create procedure make(name text) language plpgsql as
$$
begin
  execute format('create table %1$I (id integer, part integer, v integer, n integer not null default 0, primary key (part, id)) partition by list (part)', name);
  execute format('create table %1$I partition of %2$I for values in (1)', name || '_1', name);
  execute format('create table %1$I (id integer not null, part integer not null, v integer, n integer not null default 0, primary key (part, id))', name || '_2');
  execute format('insert into %1$I select i, 1 from generate_series(1, 500) as i', name);
  execute format('insert into %1$I select i, 2 from generate_series(1, 50) as i', name || '_2');
  execute format('analyze %I', name);
end
$$;

-- after the end

create table ended (name text primary key, options text);
insert into ended values ('captured', 'capture => true'), ('plain', 'proof => ''snapshot'''), ('ranged', 'proof => ''ranges''');
do $$
declare
  e ended;
begin
  for e in select * from ended loop
    call make(e.name);
    execute format('create table %1$I (like %2$I)', e.name || '_done', e.name);
    execute format('select sluice.define(%1$L, %1$L, pending => ''v is null'', set => ''v = id, n = n + 1'', '
      'on_finish => array[''insert into %1$I_done select * from %1$I where v is null''], %2$s)', e.name, e.options);
    perform sluice.schedule(e.name, immediately => true);
  end loop;
end
$$;
call sluice.work('10 minutes', until_idle => true);
select is((select count(*) from ended e where sluice.finished(e.name)), 3::bigint, 'three runs are finished');
select is((select count(*) from sluice.stuck), 0::bigint, 'and need nothing');
alter table captured attach partition captured_2 for values in (2);
alter table plain attach partition plain_2 for values in (2);
alter table ranged attach partition ranged_2 for values in (2);
select results_eq($$select name, problem, detail from sluice.stuck order by name$$,
  $$select e.name, 'relation_attached', e.name || '_2 became part of the target after the end of the run, and is not verified'
    from ended e order by e.name$$, 'a partition that is attached after the end is told of');
select throws_ok(format('select sluice.resume_on_finish(%L)', e.name), 'SL020',
  format('migration "%1$s" is not verified: public.%1$s_2 became part of the target after the end of the run', e.name),
  'on_finish is not executed over it by hand: ' || e.name)
from ended e;
call sluice.cleanup('captured');
call sluice.cleanup('plain');
call sluice.cleanup('ranged');
select results_eq($$select e.name, s.state, s.verified_at is not null, s.rows_verified from ended e join sluice.proof s using (name) order by e.name$$,
  $$values ('captured', 'finished', true, 550::bigint), ('plain', 'finished', true, 550), ('ranged', 'finished', true, 550)$$,
  'cleanup verifies it before on_finish');
select is((select count(*) from captured_done) + (select count(*) from plain_done) + (select count(*) from ranged_done), 0::bigint,
  'which sees no pending row');
select results_eq($$select min(n), max(n), count(*) from (table captured union all table plain union all table ranged) as t$$,
  $$values (1, 1, 1650::bigint)$$, 'each row is changed once');
select is((select count(*) from sluice.events where kind = 'relation_attached'), 3::bigint, 'with an event');

-- of other kinds: by blocks, by inheritance, over a target that had no partition

create table hollow (id integer primary key, v integer) partition by range (id);
create table parent (id integer primary key, v integer);
create table blocked (id integer, part integer, v integer) partition by list (part);
create table blocked_1 partition of blocked for values in (1);
insert into blocked select i, 1 from generate_series(1, 100) as i;
select sluice.define(m, m::regclass, pending => 'v is null', set => 'v = id', walk => case when m = 'blocked' then 'blocks' else 'key' end)
from unnest('{hollow,parent,blocked}'::text[]) as m;
select count(*) from unnest('{hollow,parent,blocked}'::text[]) as m cross join lateral sluice.schedule(m, immediately => true);
call sluice.work('10 minutes', until_idle => true);
create table hollow_1 partition of hollow for values from (0) to (100);
create table child (primary key (id)) inherits (parent);
create table blocked_2 partition of blocked for values in (2);
insert into hollow select i from generate_series(1, 50) as i;
insert into child select i from generate_series(1, 50) as i;
insert into blocked select i, 2 from generate_series(1, 50) as i;
select is((select count(*) from sluice.stuck where problem = 'relation_attached'), 3::bigint, 'others are told of, too');
call sluice.cleanup('hollow');
call sluice.cleanup('parent');
call sluice.cleanup('blocked');
select results_eq($$select count(*) filter (where v is null), count(*) from (
    select v from hollow union all select v from parent union all select v from blocked) as t$$,
  $$values (0::bigint, 250::bigint)$$, 'and changed');

call make('unproved');
select sluice.define('unproved', 'unproved', set => 'n = n + 1');
select count(*) from sluice.schedule('unproved', immediately => true);
call sluice.work('10 minutes', until_idle => true);
alter table unproved attach partition unproved_2 for values in (2);
select is((select count(*) from sluice.stuck), 0::bigint, 'without a predicate nothing is verified, and nothing told of');
call sluice.cleanup('unproved');
select results_eq($$select max(n), count(*) filter (where n = 0) from unproved$$, 'values (1, 50::bigint)', 'what is attached is not walked');
select is((select count(*) from sluice.events where name = 'unproved' and kind = 'relation_attached'), 1::bigint, 'as an event says');

call make('accepted');
alter table accepted_1 add constraint few check (id < 500 or v is null);
select sluice.define('accepted', 'accepted', pending => 'v is null', set => 'v = id');
select count(*) from sluice.schedule('accepted', immediately => true);
call sluice.work('10 minutes', until_idle => true);
alter table accepted attach partition accepted_2 for values in (2);
select throws_ok($$select sluice.accept_remaining('accepted')$$, 'SL006', null, 'the rest is not accepted before what was attached is walked');
select sluice.retry('accepted');
call sluice.work('10 minutes', until_idle => true);
select is(sluice.accept_remaining('accepted'), 1::bigint, 'then it is');
select is((select count(*) from accepted where v is null), 1::bigint, 'and that is all');

-- a handler's rows need the application

call make('handled');
delete from handled;
select sluice.define('handled', 'handled', pending => 'v is null', handler => 'convert');
select count(*) from sluice.schedule('handled', immediately => true);
create procedure drive() language plpgsql as
$$
declare
  claimed sluice_internal.lane_claim;
begin
  for i in 1 .. 100 loop
    claimed := sluice_internal.claim(handlers => '{convert}', only_migration => 'handled');
    if claimed.lane_id is not null then
      perform sluice_internal.checkpoint(sluice_internal.run(claimed.lane_id));
    end if;
    commit;
    exit when sluice.finished('handled');
  end loop;
end
$$;
call drive();
select ok(sluice.finished('handled'), 'a handler without rows is finished');
alter table handled attach partition handled_2 for values in (2);
\set ON_ERROR_STOP 0
\set VERBOSITY terse
call sluice.cleanup('handled');
\set ON_ERROR_STOP 1
select is(:'LAST_ERROR_SQLSTATE'::text, 'SL026', 'cleanup in SQL does not go on with rows that go to a handler');
select ok(sluice.finished('handled'), 'and begins nothing');

-- during the run: what define() would have refused

create table refused (name text primary key, proof text);
insert into refused values ('foreign_leaf', 'ranges'), ('foreign_part', 'snapshot'), ('foreign_child', 'ranges'), ('bare_child', 'ranges'),
  ('replaced', 'ranges'), ('replaced_too', 'snapshot');
-- a foreign partition cannot have what is unique
create table foreign_leaf (id integer not null, part integer, v integer) partition by list (part);
create table foreign_part (like foreign_leaf) partition by list (part);
create index on foreign_leaf (id);
create index on foreign_part (id);
create table foreign_leaf_1 partition of foreign_leaf for values in (1);
create table foreign_part_1 partition of foreign_part for values in (1);
insert into foreign_leaf select i, 1 from generate_series(1, 500) as i;
insert into foreign_part table foreign_leaf;
create table foreign_child (id integer primary key, v integer);
insert into foreign_child select i from generate_series(1, 500) as i;
create table bare_child (like foreign_child including all);
insert into bare_child table foreign_child;
create table replaced (k integer, v integer);
create index on replaced (k);
insert into replaced select nullif(i, 7) from generate_series(1, 500) as i;
create table replaced_too (like replaced including all);
insert into replaced_too table replaced;
create function known(integer) returns boolean language plpgsql immutable strict as 'begin return $1 is not null; end';
create function known_too(integer) returns boolean language plpgsql immutable strict as 'begin return $1 is not null; end';
select sluice.define(r.name, r.name::regclass, set => 'v = 1', proof => r.proof, max_batch => 100,
  key => case when r.name like 'replaced%' then '{k}' when r.name ~ '^foreign_(leaf|part)' then '{id}' end::text[],
  pending => case r.name when 'replaced' then 'known(k) and v is null' when 'replaced_too' then 'known_too(k) and v is null' else 'v is null' end)
from refused r;
select count(*) from refused r cross join lateral sluice.schedule(r.name, immediately => true);
do $$
declare
  r refused;
begin
  for r in select * from refused loop
    for i in 1 .. 3 loop perform sluice_internal.run_one(r.name); end loop;
  end loop;
end
$$;
create foreign table foreign_leaf_3 partition of foreign_leaf for values in (3) server elsewhere;
create table foreign_part_3 partition of foreign_part for values in (3, 4) partition by list (part);
create foreign table foreign_part_4 partition of foreign_part_3 for values in (4) server elsewhere;
create foreign table foreign_child_1 () inherits (foreign_child) server elsewhere;
create table bare_child_1 () inherits (bare_child);
create or replace function known(integer) returns boolean language plpgsql immutable as 'begin return true; end';
create or replace function known_too(integer) returns boolean language plpgsql immutable as 'begin return true; end';
call sluice.work('10 minutes', until_idle => true);
select results_eq(
  $$select p.name, p.state, p.waiting_for ~ case when p.name like 'foreign%' then 'is a foreign table .SQLSTATE SL001.'
      when p.name like 'bare%' then 'no index serves the key .id. of table .*bare_child_1' when p.name like 'replaced%' then 'key column "k" of table .*replaced(_too)? is nullable .SQLSTATE SL004'
      else 'never' end
    from sluice.progress p join refused r using (name) order by p.name$$,
  $$select r.name, 'paused', true from refused r order by r.name$$,
  'a migration pauses over what define() would have refused');

drop foreign table foreign_child_1;
alter table foreign_leaf detach partition foreign_leaf_3;
alter table foreign_part detach partition foreign_part_3;
create index on bare_child_1 (id);
insert into bare_child_1 select i from generate_series(501, 510) as i;
alter table bare_child_1 alter id set not null;
update replaced set k = 7 where k is null;
alter table replaced alter k set not null;
select sluice.resume(r.name) from refused r where r.name <> 'replaced_too';
call sluice.work('10 minutes', until_idle => true);
select is((select count(*) from refused r where sluice.finished(r.name)), 5::bigint, 'and goes on when that is gone');
select is((select count(*) from bare_child where v is null) + (select count(*) from replaced where v is null), 0::bigint, 'with all rows');

select * from finish();
