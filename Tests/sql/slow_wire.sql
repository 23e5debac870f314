-- A slow wire between client and server is not taken for work: between claim() and run() lies the way to the client and back, here a sleep
-- of two seconds. Size, cost and history of batches are as without it, and pauses are not longer.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
update sluice.guard set enabled = false;
-- the work of these batches takes far less, whatever the machine does meanwhile
update sluice.policy set batch_time = '1 second', gentle_share = 0.05;
set session authorization author;

create table near (id integer primary key, n integer);
insert into near select i from generate_series(1, 30000) as i;
create table far (like near including all);
insert into far table near;
analyze near, far;
select sluice.define(t.name, t.name::regclass, pending => 'n is null', set => 'n = 1', walk => 'key', max_batch => 2000)
from (values ('near'), ('far')) as t (name);
select count(*) from (values ('near'), ('far')) as t (name)
cross join lateral sluice.schedule(t.name, immediately => true);

create procedure batch_over(name text, delay double precision) language plpgsql as $$
declare
  claimed sluice_internal.lane_claim;
begin
  for attempt in 1 .. 3 loop
    claimed := sluice_internal.claim(name);
    exit when claimed.lane_id is not null;
    commit;
  end loop;
  perform pg_sleep(delay);
  perform sluice_internal.checkpoint(sluice_internal.run(claimed.lane_id));
  commit;
end $$;
call batch_over('near', 0);
call batch_over('far', 2);
call batch_over('near', 0);
call batch_over('far', 2);
select is((select l.batch_size from sluice.lanes l where l.name = 'far' and l.state = 'active'),
  (select l.batch_size from sluice.lanes l where l.name = 'near' and l.state = 'active'), 'batches do not become smaller');
select is((select l.batch_size from sluice.lanes l where l.name = 'far' and l.state = 'active'), 2000, 'but as large as they may be');
select ok((select max(h.duration) < '2 seconds' from sluice.history h where h.name = 'far' and h.outcome = 'done'),
  'the history has the time of their work');
reset session authorization;
select ok(l.seconds_busy < 2, 'and so has the lane')
from sluice_internal.lane l join sluice_internal.migration m on m.migration_id = l.migration_id where m.name = 'far';
select ok(l.rows_per_second < 1000, 'while its rate counts the wire')
from sluice_internal.lane l join sluice_internal.migration m on m.migration_id = l.migration_id where m.name = 'far';

-- paces

create function pause_after(deadline boolean, seconds double precision, wire double precision, max_rate numeric default null)
returns numeric language plpgsql as $$
declare
  running sluice_internal.migration;
begin
  update sluice.schedule s
  set immediately = false, deadline = case when pause_after.deadline then clock_timestamp() + interval '1 hour' end, max_rate = pause_after.max_rate
  where s.migration = 'far';
  select m.* into running from sluice_internal.migration m where m.name = 'far';
  return round((select (sluice_internal.pace_lane(l, running, p, 1000, seconds, wire)).pause::numeric
    from sluice_internal.lane l cross join sluice.policy p where l.migration_id = running.migration_id), 1);
end $$;
select is(pause_after(false, 0.1, 0.2), pause_after(false, 0.1, 0) - 0.2, 'a gentle pause is shorter by what the wire took');
select is(pause_after(false, 0.1, 10), 0.0, 'and never below zero');
select is(pause_after(false, 0.1, 0.2, 100), pause_after(false, 0.1, 0, 100) - 0.2, 'so it is under a rate');
select ok(pause_after(true, 0.1, 0.2) < pause_after(true, 0.1, 0) - 0.1, 'and before a deadline');

select * from finish();
