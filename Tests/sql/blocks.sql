-- A key that is random in the heap: the plan chooses to walk in physical order. What moves meanwhile is found by the key, and what
-- fails is named by it.
--
-- hostile: alone; an old snapshot keeps the place of dead rows, which the test has rows move to

select no_plan();

update sluice.guard set enabled = false;
create table ledger (id bigint);
create function keep_ledger() returns trigger language plpgsql as
  $$ begin insert into public.ledger values (new.id); return new; end $$;

-- 60,000 rows on about 1,000 pages
create procedure walk(name text, workers integer default 1, set text default 'n = n + 1, done = true')
language plpgsql as
$$
begin
  truncate public.ledger;
  execute format('create table public.%I (k uuid primary key default gen_random_uuid(), id bigint, n integer not null default 0, '
    'raw text, done boolean, filler char(70) default '''') with (autovacuum_enabled = off)', name);
  execute format('insert into public.%I (id, raw) select i, i from generate_series(1, 60000) as i', name);
  execute format('create trigger keep_ledger after update of done on public.%I for each row execute function public.keep_ledger()', name);
  execute format('analyze public.%I', name);
  commit;
  perform sluice.define(name, ('public.' || name)::regclass, pending => 'done is null', set => set, max_batch => 5000);
  perform sluice.schedule(name, within => '1 hour', workers => workers);
  update sluice.schedule s set immediately = true where s.migration = name;
end
$$;
create function is_right(name text) returns boolean language plpgsql as
$$
declare
  wrong bigint;
begin
  execute format('select count(*) from public.%I where n <> 1 or done is null', name) into wrong;
  return wrong = 0 and (select count(*) = 60000 and count(distinct id) = 60000 from public.ledger) and sluice.finished(name);
end
$$;

-- the walk

call walk('shuffled');
select results_eq(
  $$ select l.by_blocks, l.stripes::integer, m.key_columns
     from sluice_internal.lane l join sluice_internal.migration m using (migration_id) where m.name = 'shuffled' $$,
  $$ values (true, 16, '{k}'::text[]) $$,
  'a table whose key is random in the heap is walked by blocks, and keeps its key');
call sluice.work('10 minutes', 'shuffled', until_idle => true);
select ok(is_right('shuffled'), 'each row is changed once');
select ok((select p.hot_share > 0.7 from sluice.progress p where p.name = 'shuffled'), 'most updates are HOT');
select is((select count(*) from sluice.history h
  where h.name = 'shuffled' and h.act = 'change' and h.upper[1] !~ '^\(\d+,\d+\)$'), 0::bigint, 'batches end at blocks');
select is((select count(*) from sluice.history h
  where h.name = 'shuffled' and h.act = 'sweep' and h.upper[1] !~ '^[0-9a-f]{8}-'), 0::bigint, 'the verification goes by the key');
call sluice.cleanup('shuffled');
select is((select count(*) from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '_blocks$'), 0::bigint,
  'cleanup leaves no compiled function behind');

call walk('shared', workers => 4);
call sluice.work('10 minutes', 'shared', until_idle => true);
select ok(is_right('shared'), 'several lanes change each row once');
select ok((select count(distinct h.lane_id) > 1 from sluice.history h where h.name = 'shared' and h.act = 'change'),
  'blocks are split between workers');

-- a key in order

create table ordered (id bigint primary key, n integer not null default 0, done boolean, filler char(90) default '')
  with (autovacuum_enabled = off);
insert into ordered (id) select generate_series(1, 80000);
analyze ordered;
select sluice.define('ordered', 'ordered', pending => 'done is null', set => 'n = n + 1, done = true');
select is((select p.walk from sluice.plan('ordered') as p), 'striped', 'a table in the order of its key is walked by the key');
select results_eq(
  $$ select p.walk, p.stripes, p.notes[1] ~ 'quicker' from sluice.schedule('ordered', immediately => true) as p $$,
  $$ values ('blocks', 8, true) $$,
  'but by blocks at full speed');
call sluice.work('10 minutes', 'ordered', until_idle => true);
select ok((select bool_and(n = 1) from ordered) and sluice.finished('ordered'), 'and each row is changed once');

-- the application moves a row behind the walk

call walk('moved');
create procedure walk_a_stretch(name text) language plpgsql as
$$
begin
  loop
    exit when exists (select from sluice_internal.lane l join sluice_internal.migration m using (migration_id)
      where m.name = walk_a_stretch.name and l.cursor is not null);
    perform sluice_internal.run_one(name);
    commit;
  end loop;
end
$$;
create procedure batches(name text, number integer) language plpgsql as
$$ begin for i in 1 .. number loop perform sluice_internal.run_one(name); commit; end loop; end $$;
call walk_a_stretch('moved');
delete from moved where ctid < '(10,0)';
delete from ledger l where not exists (select from moved m where m.id = l.id);
vacuum moved;
create temporary table mover as
select m.id, m.ctid as place from moved m where m.done is null and m.ctid > '(900,0)' order by m.ctid limit 1;
update moved m set filler = 'moved' from mover v where v.id = m.id;
select ok((
  select m.ctid < '(10,0)' and m.done is null and l.cursor[1]::tid > '(10,0)'
  from moved m
  join mover v using (id)
  cross join sluice_internal.lane l
  join sluice_internal.migration r using (migration_id)
  where r.name = 'moved'),
  'a pending row now lies where the walk has been');
call sluice.work('10 minutes', 'moved', until_idle => true);
select is((select n from moved join mover using (id)), 1, 'the verification finds it and has it changed');
select ok((select count(*) = 0 from moved where n <> 1) and sluice.finished('moved'), 'as all others');
select is((select count(distinct h.lane_id) from sluice.history h where h.name = 'moved' and h.act = 'change' and h.upper[1] ~ '^[0-9a-f]{8}-'),
  1::bigint, 'in a lane of its own, by its key');

-- it goes on after a cancellation

call walk('interrupted');
call batches('interrupted', 5);
select sluice.cancel('interrupted');
select results_eq(
  $$ select walk, stripes, notes[1] ~ 'as it was begun' from sluice.plan('interrupted') $$,
  $$ values ('blocks', 16, true) $$,
  'what was cancelled is planned on as it was begun');
select sluice.schedule('interrupted', immediately => true);
call sluice.work('10 minutes', 'interrupted', until_idle => true);
select ok(is_right('interrupted'), 'and changes each row once all the same');

-- rows that fail

call walk('failing', set => 'n = n + 1, done = raw::integer > 0');
create temporary table poisoned as select f.k from failing f where f.id in (5, 1234, 41000, 59999);
update failing f set raw = 'x' from poisoned p where p.k = f.k;
call sluice.work('10 minutes', 'failing', until_idle => true);
select bag_eq($$ select q.key from sluice.quarantined q where q.name = 'failing' $$, $$ select array[p.k::text] from poisoned p $$,
  'a row that fails is named by its key');
select is((select count(*) from failing where done), 59996::bigint, 'all others are migrated');
update failing set raw = '1' where raw = 'x';
select is(sluice.retry('failing'), 4::bigint, 'mended, which moved them, they are tried again');
call sluice.work('10 minutes', 'failing', until_idle => true);
select ok(is_right('failing'), 'and changed, once');

select * from finish();
