-- Row-level security: finished is never said of rows that the owner does not see.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;
set client_min_messages to warning;

create table doc (id integer primary key, tenant integer not null, n integer);
alter table doc enable row level security;
alter table doc force row level security;
create policy by_tenant on doc using (tenant = nullif(current_setting('app.tenant', true), '')::integer);
reset session authorization;
insert into doc select i, 1 + i % 10, null from generate_series(1, 1000) as i;
set session authorization author;
select throws_ok($$select sluice.define('doc', 'doc', pending => 'n is null', set => 'n = id')$$, 'SL015',
  'cannot migrate public.doc: policies hide rows of public.doc from "author"', 'define() refuses a table of which the author does not see all rows');
alter table doc no force row level security;
select lives_ok($$select sluice.define('doc', 'doc', pending => 'n is null', set => 'n = id', max_batch => 100)$$,
  'the owner whom policies do not bind may define it');

-- a policy that binds the owner later
select count(*) from sluice.schedule('doc', immediately => true);
do $$ begin for i in 1 .. 3 loop perform sluice_internal.run_one('doc'); end loop; end $$;
alter table doc force row level security;
do $$ begin for i in 1 .. 50 loop perform sluice_internal.run_one('doc'); end loop; end $$;
select results_eq($$select state, waiting_for like 'policies hide rows of table%' from sluice.progress('doc')$$, $$values ('paused', true)$$,
  'one that binds it later pauses the run, with the reason');
select ok((select advice like '%no force row level security%' from sluice.stuck where name = 'doc'), 'and advice');
alter table doc no force row level security;
select sluice.resume('doc');
do $$
begin
  for i in 1 .. 100 loop
    perform sluice_internal.run_one('doc');
    exit when exists (select from sluice.lanes where name = 'doc' and act = 'prove');
  end loop;
end
$$;
alter table doc force row level security;
do $$
begin
  for i in 1 .. 100 loop
    exit when (select state = 'paused' from sluice.progress('doc'));
    perform sluice_internal.run_one('doc');
  end loop;
end
$$;
select is((select state from sluice.progress('doc')), 'paused', 'in the proof, too');
alter table doc no force row level security;
select sluice.resume('doc');
call sluice.work('10 minutes', 'doc', until_idle => true);
select results_eq($$select state, (select count(*) from doc where n is null) from sluice.progress('doc')$$, $$values ('finished', 0::bigint)$$,
  'and it is finished once all rows are seen');

-- parents and leaves

create table parted (id integer, part integer, n integer, primary key (id, part)) partition by list (part);
create table parted_1 partition of parted for values in (1);
create policy nothing on parted_1 using (false);
alter table parted_1 enable row level security;
alter table parted_1 force row level security;
select throws_ok($$select sluice.define('parted', 'parted', pending => 'n is null', set => 'n = id')$$, 'SL015',
  'cannot migrate public.parted: policies hide rows of public.parted_1 from "author"', 'a policy of a partition counts');
alter table parted_1 disable row level security;
alter table parted enable row level security;
alter table parted force row level security;
select throws_ok($$select sluice.define('parted', 'parted', pending => 'n is null', set => 'n = id')$$, 'SL015',
  'cannot migrate public.parted: policies hide rows of public.parted from "author"', 'and so does one of the parent, by which the proof goes');

-- tables that the definition reads

create table account (id integer primary key, open boolean);
insert into account select i, true from generate_series(1, 10) as i;
alter table account enable row level security;
alter table account force row level security;
create table entry (id integer primary key, account integer, n integer);
insert into entry select i, 1 + i % 10 from generate_series(1, 100) as i;
select throws_ok(
  $$select sluice.define('entry', 'entry', pending => 'n is null and exists (select from account a where a.id = entry.account)', set => 'n = 1')$$,
  '42501', null, 'nor may pending read a table that has policies for the author');
select throws_ok(
  $$select sluice.define('entry', 'entry', pending => 'n is null', set => 'n = a.id', source => 'account a', match => 'a.id = entry.account')$$,
  '42501', null, 'nor may the change have such a source');
alter table account no force row level security;
select sluice.define('entry', 'entry', pending => 'n is null and exists (select from account a where a.id = entry.account)', set => 'n = 1');
select count(*) from sluice.schedule('entry', immediately => true);
alter table account force row level security;
call sluice.work('10 minutes', 'entry', until_idle => true);
select results_eq($$select p.state, (select count(*) from entry where n is null) from sluice.progress('entry') as p$$,
  $$values ('paused', 100::bigint)$$, 'a policy on it that comes later pauses the run');

select * from finish();
