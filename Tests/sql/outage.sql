-- An error of the whole server makes a migration wait as a whole: one lane tries, ever later; no range is divided, set apart or given up,
-- no row quarantined; and with the first success all go on.

select no_plan();
\ir support/run_until.sql

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
grant execute on procedure run_until to author;
update sluice.guard set enabled = false;
update sluice.policy set first_retry_after = '1 hour', last_retry_after = '8 hours';

-- The error that the server has now, for each statement that changes a row; null: none.
create table weather (sqlstate text);
insert into weather values (null);
grant select on weather to author;
create procedure set_weather(new_state text) language sql as 'update weather set sqlstate = new_state';
-- As if the wait were over.
create procedure wait_is_over() language sql as 'update sluice_internal.outage set retry_at = clock_timestamp()';
create function waits() returns table (failures integer, wait interval) language sql as $$
  select o.failures, o.retry_at - (select max(l.failed_at) from sluice_internal.lane l where l.migration_id = o.migration_id) from sluice_internal.outage o
$$;

set session authorization author;
create function storm() returns trigger language plpgsql as $$
declare
  state text := (select w.sqlstate from public.weather w);
begin
  if state is not null then
    raise exception 'the server has trouble' using errcode = state, hint = 'Call the administrator.';
  end if;
  return new;
end $$;

create table goods (id integer primary key, n integer not null default 0);
insert into goods select i from generate_series(1, 5000) as i;
analyze goods;
create trigger storm before update on goods for each row execute function storm();
create table others (id integer primary key, n integer not null default 0);
insert into others select i from generate_series(1, 500) as i;
analyze others;
select sluice.define('goods', 'goods', set => 'n = n + 1', min_batch => 100, max_batch => 500);
select sluice.define('others', 'others', set => 'n = n + 1', min_batch => 100, max_batch => 100);
select count(*) from sluice.schedule('goods', immediately => true, workers => 2);
call run_until('goods', '(select count(*) >= 2 from sluice.lanes l where l.name = ''goods'' and l.state = ''active'')');
create temporary table lanes_before as
select lane_id, lower, upper from sluice.lanes l where l.name = 'goods';
select ok((select count(*) >= 2 from lanes_before), 'two lanes are at work');

-- a full disk

reset session authorization;
call set_weather('53100');
set session authorization author;
select count(*) from sluice.schedule('others', immediately => true);
select sluice_internal.run_one('goods');
select is((select count(*) from sluice.history h where h.name = 'goods' and h.sqlstate = '53100'), 1::bigint, 'one batch meets a full disk');
select sluice_internal.run_one('goods') from generate_series(1, 20);
select is((select count(*) from sluice.history h where h.name = 'goods' and h.sqlstate = '53100'), 1::bigint,
  'and no other lane does, until the wait is over');
select alike((select p.waiting_for from sluice.progress('goods') as p), 'its next attempt at %, after an error of the whole server (SQLSTATE 53100)',
  'progress says what it waits for');
select is((select p.last_error from sluice.progress('goods') as p), 'the server has trouble', 'with the error');
select results_eq($$select s.problem, s.advice from sluice.stuck s where s.name = 'goods'$$,
  $$values ('waits', 'Call the administrator. Mend the cause; to try at once: select sluice.retry(''goods'');')$$, 'and stuck what helps');
select is((select string_agg(distinct l.doing, '|') like 'waits for its next attempt at %' from sluice.lanes l
  where l.name = 'goods' and l.state = 'active'), true, 'so do lanes');
call sluice.work(lasting => '10 minutes', only_migration => 'others', until_idle => true);
select ok(sluice.finished('others'), 'other migrations of the same owner go on');
select is(sluice_internal.idle_reason('goods', clock_timestamp() + interval '2 hours'), null, 'a call of work() that lasts longer waits for the next attempt')
from (select set_config('role', 'none', false)) as r;
reset session authorization;
select matches((select sluice_internal.idle_reason('goods', clock_timestamp())), '^"goods" waits for its next attempt at ', 'one that does not says why it ends')
from (select set_config('session_authorization', 'author', true)) as r;
set session authorization author;

-- waits double, up to a limit
reset session authorization;
create table tries (failures integer, wait interval);
insert into tries select * from waits();
create procedure try_again(times integer) language plpgsql as $$
begin
  for i in 1 .. times loop
    set local role none;
    update sluice_internal.outage set retry_at = clock_timestamp();
    set local session authorization author;
    perform sluice_internal.run_one('goods');
    reset session authorization;
    insert into tries select * from waits();
    commit;
  end loop;
end $$;
call try_again(7);
select results_eq('select t.failures from tries t order by 1', 'select generate_series(1, 8)', 'each attempt that fails counts once');
select is_empty($$
    select t.* from tries t
    where t.wait not between least(power(2, t.failures - 1), 8) * interval '0.5 hours' and least(power(2, t.failures - 1), 8) * interval '1 hour' + interval '1 minute'$$,
  'waits double, with jitter, up to last_retry_after');
set session authorization author;
select is((select p.attempts from sluice.progress('goods') as p), 0, 'no range counts attempts');
select set_eq($$select lane_id, lower, upper from sluice.lanes l where l.name = 'goods'$$, 'table lanes_before',
  'after eight failures the lanes are as they were');
select is_empty($$select from sluice.quarantined q where q.name = 'goods'$$, 'nothing is quarantined');
select is_empty($$select from sluice.events e where e.name = 'goods' and e.kind <> 'state'$$, 'and nothing given up');

-- the first success ends it
reset session authorization;
call set_weather(null);
call wait_is_over();
set session authorization author;
select sluice_internal.run_one('goods');
select is((select p.waiting_for from sluice.progress('goods') as p), null, 'once one batch succeeds, nothing waits');
reset session authorization;
select is_empty('select from sluice_internal.outage', 'and no lane has a wait left');
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'goods', until_idle => true);
select ok(sluice.finished('goods') and (select min(n) = 1 and max(n) = 1 from goods), 'each row is changed once');

-- retry() does not wait
select sluice.restart('goods');
reset session authorization;
call set_weather('58030');
set session authorization author;
select sluice_internal.run_one('goods');
select alike((select p.waiting_for from sluice.progress('goods') as p), '%SQLSTATE 58030)', 'an error of input and output is one of the server');
reset session authorization;
call set_weather(null);
set session authorization author;
select sluice.retry('goods');
select is((select p.waiting_for from sluice.progress('goods') as p), null, 'retry() ends the wait');
call sluice.work(lasting => '10 minutes', only_migration => 'goods', until_idle => true);
select ok(sluice.finished('goods') and (select min(n) = 2 and max(n) = 2 from goods), 'and each row is changed once more');

-- a range that meets it alone
select sluice.restart('goods');
call run_until('goods', '(select count(*) >= 2 from sluice.lanes l where l.name = ''goods'' and l.state = ''active'')');
reset session authorization;
create table lane_in_trouble as
select l.lane_id from sluice_internal.lane l join sluice_internal.migration m using (migration_id)
where m.name = 'goods' and l.state = 'active' order by l.lane_id limit 1;
create function set_trouble(failing interval, others interval) returns void language sql as $$
  update sluice_internal.lane l
  set last_batch_at = clock_timestamp() - case when t.lane_id is null then others else failing end,
    failed_at = case when t.lane_id is not null then clock_timestamp() end,
    error_sqlstate = case when t.lane_id is not null then '58030' end,
    error_hint = case when t.lane_id is not null then 'Call the administrator.' end
  from sluice_internal.lane k left join lane_in_trouble t using (lane_id)
  where k.lane_id = l.lane_id and l.state = 'active'
$$;
create function told() returns setof text language sql as $$
  select s.detail || '|' || s.advice from sluice.stuck s where s.name = 'goods' and s.problem = 'range_fails'
$$;
select set_trouble('4 minutes', '0');
select is_empty('select told()', 'a range that meets an error of the server is not told of at first');
select set_trouble('6 minutes', '6 minutes');
select is_empty('select told()', 'nor where no range goes on, as the migration waits');
select set_trouble('6 minutes', '0');
select alike((select told()), '1 range(s) of goods met an error of the server at each attempt since %, while others went on; SQLSTATE 58030'
  '|Call the administrator. What these ranges hold or touch may be the cause%select sluice.retry(''goods'');',
  'after some minutes in which others went on, stuck tells of it, with advice');
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'goods', until_idle => true);
reset session authorization;
select is_empty('select told()', 'and of nothing once the range went on');
set session authorization author;

-- which errors are of the server

select results_eq($$
  select s.state, sluice_internal.failure_kind(s.state)
  from unnest('{53000,53100,53200,53300,57P01,57P02,57P03,58000,58030,58P01,25006}'::text[]) with ordinality as s (state, position)
  order by s.position$$, $$
  select s.state, 'server'
  from unnest('{53000,53100,53200,53300,57P01,57P02,57P03,58000,58030,58P01,25006}'::text[]) with ordinality as s (state, position)
  order by s.position$$, 'resources, shutdown, system and a read-only server are');
select results_eq($$
  select s.state, sluice_internal.failure_kind(s.state)
  from unnest('{40001,40P01,55P03,57014,53400,08006}'::text[]) with ordinality as s (state, position) order by s.position$$, $$
  select s.state, 'transient'
  from unnest('{40001,40P01,55P03,57014,53400,08006}'::text[]) with ordinality as s (state, position) order by s.position$$,
  'deadlocks, timeouts, and limits that are set for one session are not');

create table cases (sqlstate text primary key, walks text[] not null);
insert into cases values ('53200', '{key,striped,blocks}'), ('57P02', '{key}'), ('58P01', '{key}'), ('25006', '{key}'), ('XX000', '{key,striped,blocks}');
create procedure try_cases(walk text) language plpgsql as $$
declare
  tried text;
begin
  for tried in select c.sqlstate from cases c where c.walks @> array[walk] order by c.sqlstate loop
    execute format('create table goods_%1$s_%2$s (id integer primary key, n integer)', lower(tried), walk);
    execute format('insert into goods_%1$s_%2$s select i from generate_series(1, 1000) as i', lower(tried), walk);
    execute format('create trigger storm before update on goods_%1$s_%2$s for each row execute function storm()', lower(tried), walk);
    execute format('analyze goods_%1$s_%2$s', lower(tried), walk);
    perform sluice.define(format('goods_%s_%s', lower(tried), walk), format('goods_%s_%s', lower(tried), walk)::regclass,
      pending => 'n is null', set => 'n = id', walk => try_cases.walk, min_batch => 100, max_batch => 200);
    perform from sluice.schedule(format('goods_%s_%s', lower(tried), walk), immediately => true);
  end loop;
end $$;
call try_cases('key');
call try_cases('striped');
call try_cases('blocks');
reset session authorization;
create procedure let_it_storm(walk text) language plpgsql as $$
declare
  tried text;
begin
  for tried in select c.sqlstate from cases c where c.walks @> array[walk] order by c.sqlstate loop
    update weather set sqlstate = tried;
    for i in 1 .. 6 loop
      update sluice_internal.outage set retry_at = clock_timestamp();
      set local session authorization author;
      perform sluice_internal.run_one(format('goods_%s_%s', lower(tried), walk));
      reset session authorization;
      commit;
    end loop;
  end loop;
  update weather set sqlstate = null;
end $$;
call let_it_storm('key');
call let_it_storm('striped');
call let_it_storm('blocks');
select is_empty($$select from sluice.quarantined$$, 'no row is quarantined for any of them, in any walk');
select is_empty($$
    select l.name from sluice.lanes l where l.name like 'goods\_%' group by l.name having count(*) > 1 or max(l.attempts) > 0$$,
  'no range is divided');
select is_empty($$
    select p.name, p.state, p.waiting_for from sluice.progress p
    where p.name like 'goods\_%' and (p.state not in ('scheduled', 'running') or p.waiting_for not like 'its next attempt at %')$$,
  'each migration waits for its next attempt');
call wait_is_over();
set session authorization author;
call sluice.work(lasting => '10 minutes', until_idle => true);
select is_empty($$select p.name, p.state from sluice.progress p where p.name like 'goods\_%' and p.state <> 'finished'$$,
  'and when it is over all finish');

-- a row whose page cannot be read is one row

create table pages (id integer primary key, n integer);
insert into pages select i from generate_series(1, 1000) as i;
analyze pages;
create function torn() returns trigger language plpgsql as $$
begin
  if new.id in (300, 301) then
    raise exception 'missing chunk number 0 for toast value' using errcode = 'XX001';
  end if;
  return new;
end $$;
create trigger torn before update on pages for each row execute function torn();
select sluice.define('pages', 'pages', pending => 'n is null', set => 'n = id', min_batch => 100, max_batch => 200);
select count(*) from sluice.schedule('pages', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'pages', until_idle => true);
select results_eq($$select q.key::text, q.sqlstate from sluice.quarantined q where q.name = 'pages' order by 1$$,
  $$values ('{300}', 'XX001'), ('{301}', 'XX001')$$, 'a row that cannot be read is quarantined alone, and all others are migrated');

-- a limit of one session, met by large batches only

create table sorted (id integer primary key, n integer);
insert into sorted select i from generate_series(1, 2000) as i;
analyze sorted;
create table most (rows integer);
insert into most values (100);
create function limit_statement() returns trigger language plpgsql as $$
begin
  if (select count(*) from changed) > (select m.rows from public.most m) then
    raise exception 'temporary file size exceeds temp_file_limit' using errcode = '53400';
  end if;
  return null;
end $$;
create trigger limit_statement after update on sorted referencing new table as changed for each statement execute function limit_statement();
select sluice.define('sorted', 'sorted', pending => 'n is null', set => 'n = id', min_batch => 500, max_batch => 500);
select count(*) from sluice.schedule('sorted', immediately => true);
reset session authorization;
update sluice.policy set first_retry_after = '1 millisecond', last_retry_after = '1 millisecond';
set session authorization author;
call sluice.work(lasting => '10 minutes', only_migration => 'sorted', until_idle => true);
select ok(sluice.finished('sorted') and not exists (select from sluice.quarantined q where q.name = 'sorted'),
  'what is too much for one batch is done in smaller ones');

select * from finish();
