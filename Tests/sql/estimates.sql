-- Rows are estimated once, the same for plan, lanes, progress and forecast, and corrected while the walk goes on: compared
-- with a count, on tables whose statistics are missing, zero, old or wrong, and on tables that change under the walk.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;
set synchronous_commit to off;

create function digits(i integer) returns text language sql immutable as $$ select md5(i::text) $$;

create table analyzed (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into analyzed select i from generate_series(1, 20000) as i;
analyze analyzed;

create table never_analyzed (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into never_analyzed select i from generate_series(1, 30000) as i;

create table wide (id integer primary key, filler text, v integer) with (autovacuum_enabled = off);
insert into wide select i, repeat(digits(i), 100) from generate_series(1, 3000) as i;

-- pages there were, but no rows
create table zero_density (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into zero_density select i from generate_series(1, 10000) as i;
delete from zero_density;
reset session authorization;
vacuum (truncate off) zero_density;
set session authorization author;
insert into zero_density select i from generate_series(1, 40000) as i;

-- the same pages as when it was analyzed, ten times as many rows
create table refilled (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into refilled select i from generate_series(1, 30000) as i;
delete from refilled where id % 10 > 0;
reset session authorization;
vacuum (analyze, truncate off) refilled;
set session authorization author;
insert into refilled select i from generate_series(1, 30000) as i where i % 10 > 0;

-- one row, then many
create table from_one (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into from_one values (0);
analyze from_one;
insert into from_one select i from generate_series(1, 30000) as i;

-- emptied since, and not vacuumed
create table thinned (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into thinned select i from generate_series(1, 100000) as i;
analyze thinned;
delete from thinned where id % 10 > 0;

-- rows at the end of the file only
create table hollow (id integer primary key, v integer) with (autovacuum_enabled = off);
insert into hollow select i from generate_series(1, 100000) as i;
delete from hollow where id < 80000;

create table uuids (id uuid primary key, v integer) with (autovacuum_enabled = off);
insert into uuids select digits(i)::uuid from generate_series(1, 30000) as i;

create table texts (id text, part integer, v integer, primary key (id, part)) with (autovacuum_enabled = off);
insert into texts select digits(i % 1000), i from generate_series(1, 30000) as i;

create table heap (a integer, v integer) with (autovacuum_enabled = off);
insert into heap select i from generate_series(1, 30000) as i;

create table parts (id integer, part integer, v integer, primary key (id, part)) partition by list (part);
create table parts_1 partition of parts for values in (1) with (autovacuum_enabled = off);
create table parts_2 partition of parts for values in (2) with (autovacuum_enabled = off);
create table parts_3 partition of parts for values in (3) with (autovacuum_enabled = off);
insert into parts select i, 1 from generate_series(1, 20000) as i;
analyze parts_1;
insert into parts select i, 2 from generate_series(1, 10000) as i;
insert into parts select i, 3 from generate_series(1, 5) as i;
analyze parts_3;
insert into parts select i, 3 from generate_series(6, 3000) as i;

create table kinds (name text primary key, walk text);
insert into kinds (name, walk) values ('analyzed', 'key'), ('never_analyzed', 'striped'), ('wide', 'key'), ('zero_density', 'key'),
  ('refilled', 'striped'), ('from_one', 'key'), ('thinned', 'key'), ('hollow', 'key'), ('uuids', 'key'), ('texts', 'key'),
  ('heap', 'blocks'), ('parts', 'key');

select sluice.define(k.name, k.name, pending => 'v is null', set => 'v = 1', walk => k.walk, max_batch => 500) from kinds k;

create function counted(name text, condition text default 'true') returns bigint language plpgsql as $$
declare
  rows bigint;
begin
  execute format('select count(*) from %I where %s', name, condition) into rows;
  return rows;
end
$$;

-- By how much of the truth an estimate is off.
create function off_by(estimated numeric, truth numeric) returns numeric language sql as
$$ select coalesce(round(abs(estimated - truth) / greatest(truth, 1), 3), 1) $$;

-- Batches until such a share of the rows is done.
create procedure walk_to(share numeric) language plpgsql as $$
declare
  kind record;
  rows bigint;
begin
  for kind in select k.name from kinds k order by k.name loop
    rows := counted(kind.name);
    while counted(kind.name, 'v is not null') < share * rows loop
      for i in 1 .. 1 + share * rows / 10000 loop
        perform sluice.run_one(kind.name);
        commit;
      end loop;
    end loop;
  end loop;
end
$$;

create table planned as
select k.name, counted(k.name) as truth, p.* from kinds k cross join lateral sluice.schedule(k.name, immediately => true) as p;
select is_empty($$ select name, rows_estimated, truth from planned where off_by(rows_estimated, truth) > 0.05 $$,
  'a plan knows how many rows there are, whatever the statistics say');
select is_empty($$ select name, pending_estimated, truth from planned where off_by(pending_estimated, truth) > 0.05 $$,
  'and how many are pending');
select is_empty($$ select name, reason from planned where reason = 'there is nothing to do' $$, 'it never says that there is nothing to do');
select is_empty(
  $$ select p.name, p.rows_estimated, sum(l.rows_estimated) from planned p join sluice.lanes l using (name)
    group by p.name, p.rows_estimated having sum(l.rows_estimated) <> p.rows_estimated $$,
  'lanes share out what the plan found');
select is_empty($$ select name, p.rows_pending from planned join sluice.progress p using (name) where off_by(p.rows_pending, truth) > 0.05 $$,
  'and progress begins with it');
select is_empty($$ select p.name from planned p join sluice.lanes l using (name) where l.batch_size > 500 $$, 'batches begin as they are told');

call walk_to(0.05);
create view compared as
select k.name, counted(k.name) as rows, counted(k.name, 'v is null') as truth, p.rows_pending, p.percent,
  counted(k.name, 'v is not null') as done
from kinds k join sluice.progress p using (name);
select is_empty($$ select * from compared where off_by(rows_pending, truth) > 0.1 $$,
  'after a twentieth of the walk the rest is known within a tenth');
select is_empty($$ select * from compared where abs(percent - 100.0 * done / rows) > 2 $$, 'and so is the percentage');

call walk_to(0.9);
select is_empty($$ select * from compared where abs(rows_pending - truth) > 0.02 * rows $$, 'near the end it is known as well');
select is_empty($$ select * from compared where percent > 100.0 * done / rows + 2 $$, 'and no percentage says more than is done');

select * from finish();
