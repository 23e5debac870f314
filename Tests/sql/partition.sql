-- Partitions that come and go while a migration runs; sub-partitions; one migration, one progress.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

-- batches run one by one, so that partitions change between two of them

create function batches(number integer) returns void language plpgsql as
  $$ begin for i in 1 .. number loop perform sluice_internal.run_one(); end loop; end $$;
create procedure work_off() language plpgsql as
  $$ begin call sluice.work(lasting => '10 minutes', until_idle => true); end $$;

create procedure make(name text) language plpgsql as
$$
begin
  execute format('create table %1$I (id integer, day integer, n integer, primary key (id, day)) partition by list (day)', name);
  execute format('create table %1$I partition of %2$I for values in (1)', name || '_1', name);
  execute format('create table %1$I partition of %2$I for values in (2, 3) partition by list (day)', name || '_2', name);
  execute format('create table %1$I partition of %2$I for values in (2)', name || '_2_2', name || '_2');
  execute format('create table %1$I partition of %2$I for values in (3)', name || '_2_3', name || '_2');
  execute format('create table %1$I (id integer, day integer not null, n integer, primary key (id, day))', name || '_4');
  execute format('insert into %1$I select i, 1 + i %% 3 from generate_series(1, 900) as i', name);
  execute format('insert into %1$I select i, 4 from generate_series(1, 300) as i', name || '_4');
end
$$;

create table walked (walk text, name text);
insert into walked values ('key', 'keyed'), ('blocks', 'blocked');


call make('keyed');
call make('blocked');
select is(sluice.define(w.name, w.name::regclass, pending => 'n is null', set => 'n = 1', walk => w.walk, min_batch => 1, max_batch => 50),
  w.name, format('a table with sub-partitions is one migration, walked by %s', w.walk))
from walked w order by w.name;
select count(*) from walked w cross join lateral sluice.schedule(w.name, immediately => true);
select is((select lanes_total from sluice.progress(w.name)), 3::bigint, format('%s: each leaf has a lane', w.name)) from walked w;
select batches(12);
select ok((select p.percent between 1 and 60 from sluice.progress(w.name) p), format('%s: and all have one progress', w.name)) from walked w;

alter table keyed attach partition keyed_4 for values in (4);
alter table blocked attach partition blocked_4 for values in (4);
select sluice_internal.keep_house();
select is(
  (select string_agg(l.act || ' ' || l.state, ',') from sluice.lanes l where l.name = w.name and l.relation = (w.name || '_4')::regclass),
  'change queued', format('%s: a partition that is attached gets a lane of the walk', w.name))
from walked w;
select is((select count(*) from sluice.events e where e.name = w.name and e.kind = 'relation_attached'), 1::bigint,
  format('%s: and an event', w.name)) from walked w;
select sluice_internal.keep_house();
select is((select lanes_total from sluice.progress(w.name)), 4::bigint, format('%s: once', w.name)) from walked w;

alter table keyed_2 detach partition keyed_2_3;
alter table blocked_2 detach partition blocked_2_3 concurrently;
select is((select count(*) from keyed_2_3 where n is null) > 0, true, 'a partition is detached before it is done');
call work_off();
select ok(sluice.finished(w.name), format('%s: it finishes without the detached partition', w.name)) from walked w;
select is((select count(*) from keyed where n is null), 0::bigint, 'every row of what is attached is changed');
select is((select count(*) from blocked where n is null), 0::bigint, 'by blocks, too');
select is((select count(*) from sluice.events e where e.name = w.name and e.kind = 'relation_gone') > 0, true,
  format('%s: an event says that a partition is gone', w.name)) from walked w;
select ok((select count(*) from keyed_2_3 where n is null) > 0, 'and what is no part of the target is left alone');
select is((select percent from sluice.progress('keyed')), 100::numeric, 'the progress ends at 100');

-- during verification

call make('late');
select sluice.define('late', 'late', pending => 'n is null', set => 'n = 1');
select count(*) from sluice.schedule('late', immediately => true);
create procedure walk_until(wanted text, name text) language plpgsql as
$$
begin
  while (select state from sluice.progress(name)) <> wanted loop
    perform sluice_internal.run_one(name);
    commit;
  end loop;
end
$$;
call walk_until('verifying', 'late');
alter table late attach partition late_4 for values in (4);
call work_off();
select is((select count(*) from late where n is null), 0::bigint, 'a partition that is attached during verification is swept and walked');
select ok(sluice.finished('late'), 'before the migration is finished');
call make('lasting');
select sluice.define('lasting', 'lasting', pending => 'n is null', set => 'n = 1', proof => 'ranges');
select count(*) from sluice.schedule('lasting', immediately => true);
call walk_until('verifying', 'lasting');
alter table lasting attach partition lasting_4 for values in (4);
call walk_until('finished', 'lasting');
select is((select count(*) from lasting where n is null), 0::bigint, 'also where no query over all, nor maintenance, would find it');

-- without a predicate

call make('counted');
select sluice.define('counted', 'counted', set => 'n = coalesce(n, 0) + 1', max_batch => 50, min_batch => 1);
select count(*) from sluice.schedule('counted', immediately => true);
select batches(3);
alter table counted attach partition counted_4 for values in (4);
create table counted_5 partition of counted for values in (5);
drop table counted_1;
call work_off();
select ok(sluice.finished('counted'), 'without a predicate, it finishes too');
select is((select count(*) from sluice.events e
    where e.name = 'counted' and e.kind = 'relation_gone' and e.message = 'public.counted_1 is no part of the target any more; its lane ends'),
  1::bigint, 'an event names the partition that was dropped');
select is((select count(*) from counted where day in (2, 3) and n is distinct from 1), 0::bigint,
  'with each row of the partitions that were there changed once');
select is((select count(*) from counted_4 where n is not null), 0::bigint, 'and those of a new one left alone');
select is((select count(*) from sluice.events where name = 'counted' and message like '%counted_4 became part%is not walked%'), 1::bigint,
  'which an event says');

-- a partition that goes away and comes back

\ir support/run_until.sql

call make('back');
select sluice.define('back', 'back', pending => 'n is null', set => 'n = 1', proof => 'ranges', max_batch => 50);
select count(*) from sluice.schedule('back', immediately => true);
call run_until('back', $$exists (select from sluice.lanes where name = 'back' and act = 'sweep')$$);
insert into back select 10000 + i, 1 from generate_series(1, 50) as i;
alter table back detach partition back_1;
call run_until('back', $$exists (select from sluice.events where name = 'back' and kind = 'relation_gone')$$);
alter table back attach partition back_1 for values in (1);
call work_off();
select results_eq($$select sluice.finished('back'), count(*) from back where n is null$$, 'values (true, 0::bigint)',
  'a partition that comes back during its sweep is swept to its end');

call make('unswept');
select sluice.define('unswept', 'unswept', pending => 'n is null', set => 'n = 1', proof => 'ranges', max_batch => 50);
select count(*) from sluice.schedule('unswept', immediately => true);
call run_until('unswept', $$(select bool_and(state = 'done') from sluice.lanes where name = 'unswept')$$);
alter table unswept detach partition unswept_1;
insert into unswept_1 select 10000 + i, 1 from generate_series(1, 50) as i;
call run_until('unswept', $$exists (select from sluice.lanes where name = 'unswept' and act = 'sweep')$$);
alter table unswept attach partition unswept_1 for values in (1);
call work_off();
select results_eq($$select sluice.finished('unswept'), count(*) from unswept where n is null$$, 'values (true, 0::bigint)',
  'one that was away when the sweep began is swept too');

call make('once');
select sluice.define('once', 'once', set => 'n = coalesce(n, 0) + 1', max_batch => 50);
select count(*) from sluice.schedule('once', immediately => true);
call run_until('once', $$exists (select from once_1 where n = 1)$$);
alter table once detach partition once_1;
call run_until('once', $$exists (select from sluice.events where name = 'once' and kind = 'relation_gone')$$);
alter table once attach partition once_1 for values in (1);
call work_off();
select results_eq($$select sluice.finished('once'), count(*) from once where n is distinct from 1$$, 'values (true, 0::bigint)',
  'without a predicate its walk goes on where it ended, each row changed once');
select is((select count(*) from sluice.events where name = 'once' and message like '%once_1 became part of the target again%'), 1::bigint,
  'and an event says so');

-- what is left cannot be accepted while a walk is to begin again, or to go on

create function picky(id integer, day integer) returns integer language plpgsql as
$$ begin if day = 2 then raise 'bad %', id; end if; return 1; end $$;
create table rest (name text);
insert into rest values ('rewritten'), ('away');
call make('rewritten');
call make('away');
select sluice.define(r.name, r.name::regclass, pending => 'n is null', set => 'n = picky(id, day)', walk => 'blocks', max_batch => 20,
  min_batch => 1, max_failed => 0.001) from rest r;
select count(*) from rest r cross join lateral sluice.schedule(r.name, workers => 3, immediately => true);
call run_until('rewritten', $$exists (select from rewritten_1 where n = 1)$$);
vacuum full rewritten_1;
call run_until('rewritten', $$(select sum(failures) > 0 from sluice.lanes where name = 'rewritten' and relation = 'rewritten_1'::regclass)$$);
call run_until('away', $$exists (select from away_1 where n = 1)$$);
alter table away detach partition away_1;
call run_until('away', $$exists (select from sluice.events where name = 'away' and kind = 'relation_gone')$$);
alter table away attach partition away_1 for values in (1);
call run_until('rewritten', 'false');
call run_until('away', 'false');
select is((select p.state::text from sluice.progress(r.name) as p), 'failed', format('%s: rows that fail end the run', r.name)) from rest r;
-- as though it had failed in the last batch of all
reset session authorization;
update sluice_internal.lane set state = 'done' where migration_id in (select migration_id from sluice_internal.migration where name in ('rewritten', 'away'));
set session authorization author;
select throws_ok(format('select sluice.accept_remaining(%L)', r.name), 'SL006', null,
  format('%s: and the rest cannot be accepted before all was walked', r.name)) from rest r;

-- columns in another order, and more of them

create table ordered (id integer, part integer, a text, "B c" text, primary key (part, id)) partition by list (part);
create table ordered_1 partition of ordered for values in (1);
create table ordered_2 ("B c" text, gone integer, part integer not null, a text, id integer not null, primary key (part, id));
alter table ordered_2 drop column gone;
alter table ordered attach partition ordered_2 for values in (2);
insert into ordered select i, 1 + i % 2, 'a' || i, 'b' || i from generate_series(1, 100) as i;
create table ordered_archive (like ordered);
create table wider (id integer primary key, a text);
create table wider_1 (more text, a text, id integer not null unique);
alter table wider_1 inherit wider;
insert into wider select i, 'a' || i from generate_series(1, 50) as i;
insert into wider_1 select 'more', 'a' || i, i from generate_series(51, 100) as i;
create table wider_archive (like wider);
select sluice.define('ordered', 'ordered', statements => array['insert into ordered_archive select * from batch']);
select sluice.define('wider', 'wider', pending => 'a is not null', key => '{id}', statements => array[
  'insert into wider_archive select * from batch', 'update wider set a = null from batch where wider.id = batch.id']);
select count(*) from unnest('{ordered,wider}'::text[]) as m cross join lateral sluice.schedule(m, immediately => true);
call work_off();
select results_eq($$select count(*) filter (where a = 'a' || id and "B c" = 'b' || id), count(*) from ordered_archive$$,
  'values (100::bigint, 100::bigint)', 'a batch has the columns of the target in their order there, whatever that of a partition is');
select results_eq($$select count(*) filter (where a = 'a' || id), count(*) from wider_archive$$,
  'values (100::bigint, 100::bigint)', 'and none that an inheritor has besides');

-- rights on each partition

reset session authorization;
create table mixed (id integer primary key, n integer) partition by range (id);
create table mixed_1 partition of mixed for values from (0) to (10);
create table mixed_2 partition of mixed for values from (10) to (20);
grant select, update on mixed, mixed_1 to author;
grant select on mixed_2 to author;
set session authorization author;
select throws_like(
  $$select sluice.define('mixed', 'mixed', pending => 'n is null', set => 'n = 1')$$,
  '%permission denied for table mixed_2%', 'rights that are missing on a later partition are found by define()');

-- inheritors are walked by themselves, and not along with their parent

create table animals (id integer primary key, n integer not null default 0);
create table birds (primary key (id)) inherits (animals);
insert into animals select i from generate_series(1, 100) as i;
insert into birds select i from generate_series(50, 150) as i;
select sluice.define('animals', 'animals', set => 'n = n + 1', min_batch => 1, max_batch => 30);
call sluice.cleanup('animals');
select results_eq('select count(*) from animals where n = 1', 'values (201::bigint)',
  'each row of a table and of its inheritors is changed once');

select * from finish();
