-- Rows that stay pending: visited twice and no more, and told apart from rows that move.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;

-- more of them than a sweep keeps keys of

create table visit (id integer, row_kind text default 'visit');
create table post (id integer primary key, slug text, title text);
insert into post select i, null, case when i % 3 > 0 then 'title ' || i end from generate_series(1, 30000) as i;
create function count_visit() returns trigger language plpgsql as $$ begin insert into visit values (new.id); return new; end $$;
create trigger count_visit before update on post for each row execute function count_visit();
analyze post;
select sluice.define('post', 'post', pending => 'slug is null', set => 'slug = lower(title)');
select count(*) from sluice.schedule('post', immediately => true, workers => 4);
call sluice.work('10 minutes', 'post', until_idle => true);
select results_eq($$select p.state, p.waiting_for like '10000 row(s) %SL021%' from sluice.progress('post') as p$$, $$values ('failed', true)$$,
  'all of them are counted');
select results_eq($$select max(n) from (select count(*) as n from visit group by id) as v$$, $$values (2::bigint)$$,
  'none is visited more than twice');
truncate visit;
select sluice.accept_remaining('post');
select results_eq($$select rows_accepted from sluice.proof where name = 'post'$$, $$values (10000::bigint)$$, 'so many may be accepted');

create table spot (v integer, w integer) with (autovacuum_enabled = off);
insert into spot select null, case when i % 10 > 0 then 1 end from generate_series(1, 3000) as i;
create table spot_visit (n integer);
create function count_spot() returns trigger language plpgsql as $$ begin insert into spot_visit values (1); return new; end $$;
create trigger count_spot before update on spot for each row when (new.w is null) execute function count_spot();
select sluice.define('spot', 'spot', pending => 'v is null', set => 'v = w', walk => 'blocks', max_batch => 500);
select count(*) from sluice.schedule('spot', immediately => true);
call sluice.work('10 minutes', 'spot', until_idle => true);
select is((select state from sluice.progress('spot')), 'failed', 'rows that stay are found by place, too');
-- where an update moves a row, a walk by place may meet it again
select ok((select count(*) from spot_visit) <= 300 * 6, 'and not visited over and over again');

-- rows that are written meanwhile are no rows that stay

create table fresh (id integer primary key, v integer);
insert into fresh select i from generate_series(1, 500) as i;
select sluice.define('fresh', 'fresh', pending => 'v is null', set => 'v = 1', max_batch => 100);
select count(*) from sluice.schedule('fresh', immediately => true);
create procedure write_meanwhile() language plpgsql as $$
declare
  passes integer[] := '{}';
  present integer;
begin
  for i in 1 .. 500 loop
    select max(l.pass) into present from sluice.lanes l where l.name = 'fresh' and l.act = 'sweep' and l.state <> 'done';
    if present <= 3 and present <> all (passes) then
      passes := passes || present;
      update fresh set v = null where id = 100 + present;
    end if;
    exit when (select p.state not in ('scheduled', 'running', 'verifying') from sluice.progress('fresh') as p);
    perform sluice_internal.run_one('fresh');
    commit;
  end loop;
end
$$;
call write_meanwhile();
select results_eq($$select p.state, (select count(*) from fresh where v is null) from sluice.progress('fresh') as p$$,
  $$values ('finished', 0::bigint)$$, 'rows that are written between two passes are found and changed');

-- rows that move between partitions

create table moving (id integer, part integer, v integer, n integer not null default 0, primary key (id, part)) partition by list (part);
create table moving_1 partition of moving for values in (1);
create table moving_2 partition of moving for values in (2);
insert into moving select i, 1 + i % 2 from generate_series(1, 200) as i;
select sluice.define('moving', 'moving', pending => 'v is null', set => 'v = id, n = n + 1', proof => 'ranges');
select count(*) from sluice.schedule('moving', immediately => true);
create procedure keep_moving() language plpgsql as $$
declare
  lane record;
begin
  for i in 1 .. 200 loop
    exit when (select p.state not in ('scheduled', 'running', 'verifying') from sluice.progress('moving') as p);
    -- the next lane changes one partition, where the rows are not, or sweeps one, where they are
    select l.act, l.relation::text as relation into lane from sluice.lanes l
    where l.name = 'moving' and l.state in ('active', 'queued') order by l.state, l.due_at, l.lane_id limit 1;
    if lane.relation is not null then
      update moving set part = case when (lane.relation = 'moving_1') = (lane.act = 'sweep') then 1 else 2 end where id <= 40;
    end if;
    perform sluice_internal.run_one('moving');
    commit;
  end loop;
end
$$;
call keep_moving();
select is((select count(*) from moving where id <= 40 and n > 0), 0::bigint, 'rows that move each time are never changed');
select results_eq($$select p.state, p.waiting_for like '%moves them to other partitions or keys%capture => true%' from sluice.progress('moving') as p$$,
  $$values ('failed', true)$$, 'and the reason says that they move, and what helps');
select ok((select advice like '%moves them to other partitions%' from sluice.stuck where name = 'moving'), 'so does the advice');

select * from finish();
