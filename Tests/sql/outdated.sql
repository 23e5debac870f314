-- Bounds of lanes that say nothing about rows any more: a table that was rewritten, a key in another order, a copy.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to error;

\ir support/run_until.sql

-- a rewrite in the sweep of a walk by blocks, proved by ranges, so that it is the sweep that must find the rows

create table log_line (payload text, day date, n integer not null default 0) with (autovacuum_enabled = off);
insert into log_line (payload) select format('2024-01-%s line %s', lpad((1 + i % 28)::text, 2, '0'), i) from generate_series(1, 20000) as i;
delete from log_line where split_part(payload, ' ', 3)::integer <= 10000;
analyze log_line;
select sluice.define('log_line', 'log_line', pending => 'day is null', set => 'day = left(payload, 10)::date, n = n + 1',
  walk => 'blocks', max_batch => 1000, proof => 'ranges');
select count(*) from sluice.schedule('log_line', immediately => true);
call run_until('log_line', $$(select state = 'verifying' from sluice.progress('log_line'))$$);
insert into log_line (payload) select format('2024-02-01 late %s', i) from generate_series(1, 500) as i;
call run_until('log_line', $$exists (select from sluice.lanes
  where name = 'log_line' and act = 'sweep' and (cursor[1]::text::point)[0] > (select count(*) / 100 from log_line))$$);
vacuum full log_line;
call sluice.work('10 minutes', 'log_line', until_idle => true);
select results_eq($$select p.state, (select count(*) from log_line where day is null), (select max(n) from log_line)
    from sluice.progress('log_line') as p$$,
  $$values ('finished', 0::bigint, 1)$$, 'rows that a rewrite moved behind the sweep are found, and changed once');
select is((select count(*) from sluice.events where name = 'log_line' and kind = 'bounds_outdated'), 1::bigint, 'an event says so');

-- at any moment of walk, sweep and proof, by any rewrite

create table heap (id integer, v integer, n integer not null default 0, pad varchar(200) default repeat('x', 50)) with (autovacuum_enabled = off);
create table outcome (moment integer, rewrite text, by_proof text, state text, pending bigint, most_changes integer);
create procedure rewrite_at(moment integer, rewrite text, by_proof text) language plpgsql as
$$
begin
  truncate heap;
  insert into heap select i from generate_series(1, 1200) as i;
  delete from heap where id <= 500;
  analyze heap;
  perform sluice.define('heap', 'heap', pending => 'v is null', set => 'v = 1, n = n + 1', walk => 'blocks', min_batch => 100, max_batch => 100,
    proof => by_proof);
  perform sluice.schedule('heap', immediately => true, workers => 2);
  commit;
  for i in 1 .. moment loop
    perform sluice_internal.run_one('heap');
    commit;
  end loop;
  if (select p.state from sluice.progress('heap') as p) <> 'finished' then
    insert into heap select i from generate_series(2001, 2100) as i;
  end if;
  case rewrite
    when 'alter' then alter table heap alter column pad type text;
    when 'truncate' then
      create temporary table kept as select * from heap;
      truncate heap;
      insert into heap select * from kept order by id desc;
      drop table kept;
    when 'cluster' then
      create index heap_by_pending on heap ((v is null) desc, id);
      cluster heap using heap_by_pending;
      drop index heap_by_pending;
  end case;
  commit;
  call sluice.work('5 minutes', 'heap', until_idle => true);
  insert into outcome
  select moment, rewrite, by_proof, p.state, (select count(*) from heap where v is null), (select max(n) from heap) from sluice.progress('heap') as p;
  if (select p.state from sluice.progress('heap') as p) <> 'finished' then
    perform sluice.cancel('heap');
  end if;
  perform sluice.forget('heap');
  alter table heap alter column pad type varchar(200);
  commit;
end
$$;
create procedure rewrite_always() language plpgsql as
$$
declare
  rewrite text;
  by_proof text;
begin
  foreach rewrite in array array['alter', 'truncate', 'cluster'] loop
    foreach by_proof in array array['snapshot', 'ranges'] loop
      for moment in 1 .. 22 by 5 loop
        call rewrite_at(moment + case by_proof when 'ranges' then 1 else 0 end, rewrite, by_proof);
      end loop;
    end loop;
  end loop;
end
$$;
call rewrite_always();
-- by ranges, what was inserted after the last look at its end is not promised
select is_empty($$select * from outcome where state <> 'finished' or pending > 0 and by_proof = 'snapshot' or most_changes > 1$$,
  'at any moment, by ALTER TABLE, TRUNCATE and CLUSTER, no pending row is missed');

-- the walk of a plan by blocks

create table shuffled (id uuid primary key default gen_random_uuid(), v integer, n integer not null default 0) with (autovacuum_enabled = off);
insert into shuffled select from generate_series(1, 3000);
analyze shuffled;
select sluice.define('shuffled', 'shuffled', pending => 'v is null', set => 'v = 1, n = n + 1', min_batch => 100, max_batch => 100);
reset session authorization;
update sluice_internal.migration set planned_by_blocks = true, planned_stripes = 2 where name = 'shuffled';
insert into sluice.schedule (migration, immediately) values ('shuffled', true);
set session authorization author;
call run_until('shuffled', $$(select rows_changed > 500 from sluice.progress('shuffled'))$$);
vacuum full shuffled;
call sluice.work('10 minutes', 'shuffled', until_idle => true);
select results_eq($$select p.state, (select count(*) from shuffled where v is null), (select max(n) from shuffled)
    from sluice.progress('shuffled') as p$$,
  $$values ('finished', 0::bigint, 1)$$, 'a walk by blocks that a plan chose begins again');
select is((select count(*) from sluice.events where name = 'shuffled' and kind = 'bounds_outdated'), 1::bigint, 'and says so');

-- quarantined by place

create table bad (raw text, v integer) with (autovacuum_enabled = off);
insert into bad select case when i % 500 = 0 then 'bad' else i::text end from generate_series(1, 2000) as i;
delete from bad where raw ~ '^\d+$' and raw::integer <= 400;
select sluice.define('bad', 'bad', pending => 'v is null', set => 'v = raw::integer', walk => 'blocks', max_batch => 200);
select count(*) from sluice.schedule('bad', immediately => true);
call sluice.work('10 minutes', 'bad', until_idle => true);
select is((select sum(rows) from sluice.quarantined where name = 'bad'), 4::bigint, 'rows are quarantined by their places');
vacuum full bad;
update bad set raw = '-1' where raw = 'bad';
select is(sluice.retry('bad'), 4::bigint, 'they are tried again');
call sluice.work('10 minutes', 'bad', until_idle => true);
select results_eq($$select p.state, (select count(*) from bad where v is null) from sluice.progress('bad') as p$$,
  $$values ('finished', 0::bigint)$$, 'and are found where a rewrite put them');

-- another order of the key

-- a server without ICU may have no two orders
select exists (select from pg_collation where collname = 'und-x-icu') as has_icu \gset
\if :has_icu
create table names (k text collate "und-x-icu" primary key, v integer, n integer not null default 0);
insert into names (k) select (case when i % 2 = 0 then 'Zoe' else 'adam' end) || lpad(i::text, 5, '0') from generate_series(1, 2000) as i;
create table others (like names including all);
insert into others select * from names;
select sluice.define('names', 'names', pending => 'v is null', set => 'v = 1, n = n + 1', max_batch => 200, proof => 'ranges');
select sluice.define('others', 'others', set => 'n = n + 1', max_batch => 200);
select count(*) from sluice.schedule('names', immediately => true);
select count(*) from sluice.schedule('others', immediately => true);
call run_until('names', $$exists (select from sluice.lanes where name = 'names' and act = 'sweep')$$);
insert into names (k) select 'Zoeb' || i from generate_series(1, 100) as i;
call run_until('names', $$exists (select from sluice.lanes where name = 'names' and act = 'sweep' and cursor[1] > 'adam01000')$$);
call run_until('others', $$exists (select from sluice.lanes where name = 'others' and cursor[1] > 'adam01000')$$);
alter table names alter column k type text collate "C";
alter table others alter column k type text collate "C";
call sluice.work('10 minutes', 'names', until_idle => true);
select results_eq($$select p.state, (select count(*) from names where v is null), (select max(n) from names) from sluice.progress('names') as p$$,
  $$values ('finished', 0::bigint, 1)$$, 'where the key has another order now, verification begins again');
call sluice.work('10 minutes', 'others', until_idle => true);
select results_eq($$select p.state, p.waiting_for like '%it cannot be known which rows are done%SL017%', (select max(n) from others)
    from sluice.progress('others') as p$$,
  $$values ('paused', true, 1)$$, 'without a predicate the migration pauses, with the reason');
select is((select count(*) from others where n > 1), 0::bigint, 'and no row is changed twice');
\endif

create domain word as text;
create type pair as (a text, b integer);
create table keys (a integer, b bigint, c uuid, d text, e word, f text[], g integer[], h jsonb, i pair, j int4range, k name, l bytea);
reset session authorization;
select is(
  (select string_agg(a.attname, '' order by a.attname) from pg_attribute a
    where a.attrelid = 'keys'::regclass and a.attnum > 0 and sluice_internal.key_order('keys', array[a.attname::text], '{}') like '%,%'),
  'defhijk', 'keys depend on an order where there may be text in them');

-- a copy

set session authorization author;
create table copied (id integer, v integer) with (autovacuum_enabled = off);
insert into copied select i from generate_series(1, 2000) as i;
select sluice.define('copied', 'copied', pending => 'v is null', set => 'v = 1', walk => 'blocks', max_batch => 200, proof => 'ranges');
select count(*) from sluice.schedule('copied', immediately => true);
call run_until('copied', $$exists (select from sluice.lanes where name = 'copied' and act = 'sweep' and cursor is not null)$$);
reset session authorization;
update sluice_internal.installation set database_oid = 1;
select sluice.adopt();
set session authorization author;
call sluice.work('10 minutes', 'copied', until_idle => true);
select results_eq($$select p.state, (select count(*) from sluice.events e where e.name = 'copied' and e.kind = 'bounds_outdated')
    from sluice.progress('copied') as p$$,
  $$values ('finished', 1::bigint)$$, 'in a copy, a walk by blocks and its verification begin again');

select * from finish();
