-- A run that changes nothing does not look like one that did.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table p (id integer primary key, id_new bigint not null default 0, kind text check (kind in ('a', 'b')));
insert into p select i from generate_series(1, 5000) as i;
analyze p;
select sluice.define('dead', 'p', pending => 'id_new is null', set => 'id_new = id');
select ok((sluice.plan('dead')).notes::text like '%0 of % rows probed are pending: nothing will be changed%',
  'a plan says that nothing will be changed');
select count(*) from sluice.schedule('dead', immediately => true);
call sluice.work('10 minutes', 'dead', until_idle => true);
select results_eq(
  $$select message, detail ->> 'rows_changed' from sluice.events where name = 'dead' and new_state = 'finished'$$,
  $$values ('5000 rows visited, 0 changed', '0')$$, 'and the event of its end says that nothing was');
select sluice.define('alive', 'p', pending => 'id_new = 0', set => 'id_new = id');
select ok((sluice.plan('alive')).notes::text not like '%nothing will be changed%', 'where rows are pending, a plan does not say so');
call sluice.cleanup('alive');
select is((select message from sluice.events where name = 'alive' and new_state = 'finished'), '5000 rows visited, 5000 changed',
  'nor does the event');

-- the proof of a large table
reset session authorization;
update sluice.policy set proof_time = '1 millisecond';
set session authorization author;
create table large (id integer primary key, v integer, pad text default repeat('x', 200));
insert into large select i from generate_series(1, 20000) as i;
analyze large;
select sluice.define('large', 'large', pending => 'v is null', set => 'v = 1');
select ok((sluice.plan('large')).proof > interval '1 millisecond', 'a plan says how long the proof takes');
select throws_ok($$select sluice.schedule('large')$$, 'SL016', 'the proof of migration "large" takes longer than policy.proof_time',
  'where that is longer than it may take, the migration is not scheduled');
select sluice.forget('large');
select sluice.define('large', 'large', pending => 'v is null', set => 'v = 1', proof => 'ranges');
select results_eq($$select p.proof, p.feasible from sluice.schedule('large') as p$$, $$values (null::interval, true)$$,
  'with proof => ranges it is');

select * from finish();
