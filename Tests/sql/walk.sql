-- Every kind of key and every walk visits every selected row exactly once.
-- The change is not idempotent (n = n + 1), and a trigger keeps a ledger of it that a rollback takes back.
--
-- hostile: planted bigint % integer; the predicate of this test is its own

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table ledger (id bigint);
create table outcome (label text, wrong bigint, ledgered bigint, selected bigint, finished boolean, batches bigint, lanes bigint);

create function keep_ledger() returns trigger language plpgsql as
  $$ begin insert into public.ledger values (new.id); return new; end $$;

create procedure walk_case(label text, key_type text, key_of text, walk text default 'key', workers integer default 1)
language plpgsql
as $$
begin
  truncate ledger;
  execute format('create table subject (k %s not null, id bigint, n integer not null default 0, done boolean)', key_type);
  execute format('insert into subject (k, id) select %s, i from generate_series(1, 3000) as i order by hashint4(i)', key_of);
  create index on subject (k);
  create trigger keep_ledger before update on subject for each row execute function keep_ledger();
  perform sluice.define('walk', 'subject', pending => 'id % 7 <> 0 and done is null', set => 'n = n + 1, done = true',
    key => case when walk <> 'blocks' then '{k}'::text[] end, walk => walk, min_batch => 1, max_batch => 130);
  perform sluice.schedule('walk', workers => workers, immediately => true);
  commit;
  call sluice.work(lasting => '10 minutes', until_idle => true);

  insert into outcome
  select label, count(*) filter (where s.n <> (s.id % 7 <> 0)::integer), (select count(*) from ledger),
    count(*) filter (where s.id % 7 <> 0), sluice.finished('walk'),
    (select count(*) from sluice.history h where h.name = 'walk' and h.act = 'change'),
    (select count(distinct h.lane_id) from sluice.history h where h.name = 'walk' and h.act = 'change')
  from subject s;
  call sluice.cleanup('walk');
  perform sluice.forget('walk');
  drop table subject;
end
$$;

call walk_case('an integer key', 'integer', 'i');
call walk_case('a bigint key with gaps and negative values', 'bigint', '(i - 1500)::bigint * 1000003');
call walk_case('a text key', 'text collate "C"', $$'k' || i$$);
call walk_case('a text key with quotes, braces, commas and nothing at all', 'text', $$repeat('", {}\', i % 5) || case i when 5 then '' else i::text end$$);
call walk_case('a uuid key', 'uuid', 'md5(i::text)::uuid');
call walk_case('a date key, not unique', 'date', $$date '1999-12-01' + i / 10$$);
call walk_case('a timestamptz key, across a change of clocks', 'timestamptz', $$timestamptz '2026-03-28' + i * interval '1 minute'$$);
call walk_case('a numeric key', 'numeric', 'i / 7.0');
call walk_case('a double precision key', 'double precision', 'sqrt(i)');
call walk_case('a bytea key', 'bytea', 'sha256(i::text::bytea)');
call walk_case('an interval key', 'interval', $$i * interval '37 minutes'$$);
call walk_case('a key with many rows each', 'integer', 'i % 4');
call walk_case('stripes over an integer key', 'integer', 'i', 'striped');
call walk_case('stripes over a text key', 'text', $$'k' || i$$, 'striped');
call walk_case('stripes over a uuid key', 'uuid', 'md5(i::text)::uuid', 'striped');
call walk_case('several lanes', 'integer', 'i', 'key', 4);
call walk_case('several lanes over a text key', 'text', $$'k' || i$$, 'key', 4);
call walk_case('four workers within one stretch', 'integer', 'i', 'striped', 4);
call walk_case('blocks', 'integer', 'i', 'blocks');
call walk_case('several lanes of blocks', 'integer', 'i', 'blocks', 4);

select is(wrong, 0::bigint, label || ': every selected row is changed exactly once, no other') from outcome;
select is(ledgered, selected, label || ': so says the ledger') from outcome;
select ok(finished, label || ': it is finished') from outcome;
select ok(batches >= 4, label || ': it took several batches') from outcome;
select ok((lanes > 1) = (label like 'several lanes%'), label || ': lanes are split where several workers are wanted') from outcome;

-- a composite key, and partitions

create table pairs (b integer, a text, n integer not null default 0, primary key (a, b)) partition by hash (a);
create table pairs_0 partition of pairs for values with (modulus 3, remainder 0);
create table pairs_1 partition of pairs for values with (modulus 3, remainder 1);
create table pairs_2 partition of pairs for values with (modulus 3, remainder 2);
insert into pairs (a, b) select 'a' || i % 50, i from generate_series(1, 4000) as i;
select sluice.define('pairs', 'pairs', set => 'n = n + 1', max_batch => 90, min_batch => 1);
select count(*) from sluice.schedule('pairs', workers => 2, immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('pairs'), 'a partitioned table is one migration');
select is((select count(*) from pairs where n <> 1), 0::bigint,
  'without a predicate, each row of each partition is changed once, by a composite key');

-- a nullable key: rows with a null in it are not pending, and lie behind all others in the index

create table visits (a integer, b text, n integer not null default 0);
insert into visits
select case when i % 10 > 0 then i % 90 end, case when i % 11 > 0 then 'b' || i end from generate_series(1, 4000) as i;
create index on visits (a, b);
select sluice.define('visits', 'visits', key => '{a, b}', pending => 'a is not null and b is not null and n = 0',
  set => 'n = n + 1', max_batch => 90, min_batch => 1);
select count(*) from sluice.schedule('visits', workers => 2, immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select ok(sluice.finished('visits'), 'a key may be nullable where pending excludes nulls');
select is((select count(*) from visits where n <> (a is not null and b is not null)::integer), 0::bigint,
  'then each row with a whole key is changed once, no other');

-- other kinds of change

create table parents (id integer primary key, kind integer);
create table children (id integer primary key, parent_id integer, kind integer);
create table gathered (child_id integer primary key);
insert into parents select i, i % 5 from generate_series(1, 500) as i;
insert into children select i, i % 600 from generate_series(1, 5000) as i;

select sluice.define('orphans', 'children', pending => 'not exists (select from parents p where p.id = parent_id)',
  delete => true, max_batch => 700);
call sluice.cleanup('orphans');
select is((select count(*) from children c where c.parent_id = 0 or c.parent_id > 500), 0::bigint, 'delete removes orphans');
select is((select count(*) from children), (select count(*) from generate_series(1, 5000) as i where i % 600 between 1 and 500),
  'and nothing else');

select sluice.define('kinds', 'children', pending => 'kind is null', set => 'kind = p.kind', source => 'parents p',
  match => 'p.id = children.parent_id', max_batch => 700);
call sluice.cleanup('kinds');
select is((select count(*) from children c join parents p on p.id = c.parent_id where c.kind is distinct from p.kind), 0::bigint,
  'set takes values from a source that has a column of the same name');

select sluice.define('gather', 'children', pending => 'kind = 3', max_batch => 700, min_batch => 1, statements => array[
  'insert into gathered select id from batch',
  'update children set kind = 33 from batch where children.id = batch.id']);
call sluice.cleanup('gather');
select set_eq('select child_id from gathered', 'select id from children where kind = 33',
  'statements run in order and see the same rows');
select is((select count(*) from children where kind = 3), 0::bigint, 'until nothing is pending');
create table gathered_late (child_id integer);
select sluice.define('gather_late', 'children', pending => 'kind = 33', max_batch => 700, min_batch => 1, statements => array[
  'update children set kind = 333 from batch where children.id = batch.id',
  'insert into gathered_late select id from batch']);
call sluice.cleanup('gather_late');
select is((select count(*) from gathered_late), 0::bigint,
  'what one of them takes out of pending is none of the batch for those after it');

create table empty (id integer primary key, n integer);
select sluice.define('empty', 'empty', pending => 'n is null', set => 'n = 1');
call sluice.cleanup('empty');
select ok(sluice.finished('empty'), 'an empty table is finished at once');

-- a lane is split in its middle also where one key lies far beyond all others, and nothing is known of their distribution

create table outlier (id bigint primary key, n integer) with (autovacuum_enabled = off);
insert into outlier select i from generate_series(1, 5000) as i;
insert into outlier values (9223372036854775807);
select sluice.define('outlier', 'outlier', pending => 'n is null', set => 'n = 1', walk => 'key', max_batch => 100);
create function pg_temp.middle_of(name text, lower text[], upper text[]) returns text[] language plpgsql as $$
declare
  middle text[];
begin
  execute format('select sluice_internal.middle_%s_%s($1, $2)', (sluice.progress(name)).migration_id,
    name::regclass::oid) into middle using lower, upper;
  return middle;
end
$$;
select is(pg_temp.middle_of('outlier', '{100}', '{9223372036854775807}'), '{2101}', 'the middle of a range with an outlier is among the other rows');

select * from finish();
