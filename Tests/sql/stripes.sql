-- A lane changes its number of stripes by what it measures; each row is changed once all the same.
--
-- hostile: alone; an old snapshot keeps the place of dead rows, without which few updates are HOT

select no_plan();

-- the decision

select is(sluice_internal.better_stripes(16, 20000, 1000, 16), 1, 'stripes that do not make updates HOT are given up');
select is(sluice_internal.better_stripes(16, 20000, 18400, 16), 16, 'stripes that do are kept');
select is(sluice_internal.better_stripes(8, 20000, 16000, 16), 8, 'eight as well');
select is(sluice_internal.better_stripes(16, 20000, 19900, 16), 8, 'half as many do where pages have room even for the first');
select is(sluice_internal.better_stripes(16, 20000, 19500, 16), 16, 'but not where that may be chance');
select is(sluice_internal.better_stripes(2, 20000, 20000, 16), 1, 'down to none');
select is(sluice_internal.better_stripes(4, 20000, 10000, 16), 8, 'twice as many where they help too little');
select is(sluice_internal.better_stripes(8, 20000, 10000, 16), 8, 'unless there are enough of them');
select is(sluice_internal.better_stripes(16, 20000, 10000, 16), 16, 'but not without end');
select is(sluice_internal.better_stripes(1, 20000, 100, 16), 8, 'a lane without stripes tries them where they may help');
select is(sluice_internal.better_stripes(1, 20000, 100, 1), 1, 'but not where they cannot');
select is(sluice_internal.better_stripes(1, 20000, 100, 2), 2, 'nor more of them than narrow rows leave line pointers for');
select is(sluice_internal.better_stripes(2, 20000, 6000, 2), 2, 'and not later either');
select is(sluice_internal.better_stripes(1, 20000, 19000, 16), 1, 'nor where updates are HOT without');

select results_eq(
  $$ select array_agg(sluice_internal.most_stripes(n) order by n) from unnest(array[4, 60, 145, 160, 180, 226, 240, 290]) as n $$,
  $$ values ('{16,16,16,8,4,2,1,1}'::integer[]) $$,
  'the narrower the rows, the fewer stripes: a HOT update takes a line pointer, and a page has 291');

-- on tables

update sluice.guard set enabled = false;
create table ledger (id bigint);
create function keep_ledger() returns trigger language plpgsql as
  $$ begin insert into public.ledger values (new.id); return new; end $$;

create procedure walk(name text, stripes integer, walk text, indexed boolean) language plpgsql as
$$
begin
  execute format('create table public.%I (id bigint primary key, n integer not null default 0, filler char(80) default '''') '
    'with (autovacuum_enabled = off)', name);
  execute format('insert into public.%I (id) select generate_series(1, 80000)', name);
  if indexed then
    execute format('create index on public.%I (n)', name);
  end if;
  execute format('create trigger keep_ledger after update on public.%I for each row execute function keep_ledger()', name);
  execute format('analyze public.%I', name);
  commit;
  perform sluice.define(name, ('public.' || name)::regclass, set => 'n = n + 1', walk => walk);
  update sluice_internal.migration m set planned_stripes = stripes, planned_batch = 5000 where m.name = walk.name;
  insert into sluice.schedule (migration, immediately) values (name, true);
  commit;
end
$$;
create function is_right(name text) returns boolean language plpgsql as
$$
declare
  wrong bigint;
begin
  execute format('select count(*) from public.%I where n <> 1', name) into wrong;
  return wrong = 0 and (select count(*) = 80000 and count(distinct id) = 80000 from ledger) and sluice.finished(name);
end
$$;
create function changes(name text) returns text language sql as $$
  select string_agg((e.detail ->> 'before') || ' to ' || (e.detail ->> 'stripes'), ', ' order by e.event_id)
  from sluice.events e where e.name = changes.name and e.kind = 'stripes_changed'
$$;

call walk('packed', 8, 'auto', false);
update sluice_internal.lane l set stripes = 1 from sluice_internal.migration m where m.migration_id = l.migration_id and m.name = 'packed';
call sluice.work('10 minutes', 'packed', until_idle => true);
select is(changes('packed'), '1 to 8', 'packed pages, walked without the stripes that were planned: the lane takes eight');
select ok(is_right('packed'), 'each row is changed once');
select ok((select hot_share from sluice.progress('packed')) > 0.3, 'and most of the rest is HOT');
truncate ledger;

call walk('plain', 1, 'auto', false);
call sluice.work('10 minutes', 'plain', until_idle => true);
select is(changes('plain'), null, 'where the plan wanted none, none are taken');
select ok(is_right('plain'), 'each row is changed once');
truncate ledger;

call walk('useless', 16, 'auto', true);
call sluice.work('10 minutes', 'useless', until_idle => true);
select is(changes('useless'), '16 to 1', 'stripes are given up where an index on the changed column makes them useless');
select ok(is_right('useless'), 'each row is changed once');
select matches((select e.message from sluice.events e where e.name = 'useless' and e.kind = 'stripes_changed'),
  '^lane [0-9]+ of .*useless goes on in 1 stripe\(s\) instead of 16, because 0 % of its last [0-9]+ updates were HOT$',
  'the event says why');
truncate ledger;

call walk('commanded', 16, 'striped', true);
call sluice.work('10 minutes', 'commanded', until_idle => true);
select is(changes('commanded'), null, 'who says striped gets stripes');
select ok(is_right('commanded'), 'each row is changed once');

select * from finish();
