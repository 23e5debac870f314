-- What is wrong with one migration does not keep the others of its owner waiting.

select no_plan();

select sluice.grant_author('author'), sluice.grant_viewer('viewer')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
update sluice.guard set enabled = false;

set session authorization author;
create table bad (id integer primary key, n integer);
create table good (like bad including all);
insert into bad select i from generate_series(1, 100) as i;
insert into good select i from generate_series(1, 100) as i;
analyze bad, good;
select sluice.define('bad', 'bad', pending => 'n is null', set => 'n = 1');
select sluice.define('good', 'good', pending => 'n is null', set => 'n = 1');
select from sluice.schedule('bad', immediately => true, priority => 10);
select from sluice.schedule('good', immediately => true);

-- whatever it is that fails between two batches
reset session authorization;
create function sluice.fail_between() returns trigger language plpgsql as $$
begin
  raise exception using errcode = '22012', message = 'division by zero';
end
$$;
create trigger fail_between before update on sluice_internal.migration
  for each row when (new.name = 'bad' and new.state = 'verifying') execute function sluice.fail_between();
set session authorization author;
call sluice.work('10 minutes', until_idle => true);
select is((select state from sluice.progress('good')), 'finished', 'a neighbour runs to its end');
select is((select waiting_for from sluice.progress('good')), null, 'waiting for nothing');
select results_eq($$select state, waiting_for from sluice.progress('bad')$$, $$values ('paused', 'division by zero (SQLSTATE 22012)')$$,
  'the one that fails is paused, with its error');
select matches((select advice from sluice.stuck where name = 'bad'), 'select sluice\.resume\(''bad''\);', 'and stuck says how it goes on');
reset session authorization;
drop function sluice.fail_between() cascade;
set session authorization author;
select sluice.resume('bad');
call sluice.work('10 minutes', until_idle => true);
select is((select state from sluice.progress('bad')), 'finished', 'which it does');

reset session authorization;
select * from finish();
