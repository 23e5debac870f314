-- Keys of several columns, whose operators lie in several schemas, off the search path, or have other names.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
create schema ext;
grant usage on schema ext to author;
set client_min_messages to error;
select count(*) filter (where e.name in ('citext', 'hstore')) = 2 as has_contrib from pg_available_extensions e \gset
\if :has_contrib
create extension citext schema ext;
create extension hstore schema ext;
\else
create domain ext.citext as text;
create domain ext.hstore as text;
\endif

-- an operator that a careless comparison would find first
create function public.planted(integer, ext.citext) returns boolean language sql as 'select true';
create operator public.> (leftarg = integer, rightarg = ext.citext, function = public.planted);

set session authorization author;
set search_path to public;
create table outcome (label text, wrong bigint, pending bigint, state text);

create procedure walk_key(label text, columns text, key text[], value text, walk text, workers integer)
language plpgsql
as $$
begin
  execute format('create table subject (%s, n integer not null default 0, done boolean)', columns);
  execute format('insert into subject select %s from generate_series(1, 900) as i order by hashint4(i)', value);
  execute format('create index on subject (%s)', array_to_string(key, ', '));
  execute 'analyze subject';
  perform sluice.define('walk', 'subject', pending => 'done is null', set => 'n = n + 1, done = true', key => key, walk => walk,
    min_batch => 1, max_batch => 41);
  perform sluice.schedule('walk', workers => workers, immediately => true);
  commit;
  call sluice.work(lasting => '5 minutes', only_migration => 'walk', until_idle => true);
  insert into outcome
  select label, count(*) filter (where s.n <> 1), count(*) filter (where s.done is null),
    (select concat_ws(': ', p.state, p.last_error) from sluice.progress('walk') as p)
  from subject s;
  perform sluice.cancel('walk') where (select p.state from sluice.progress('walk') as p) <> 'finished';
  perform sluice.forget('walk');
  drop table subject;
  commit;
end
$$;

call walk_key('number and citext', 'a integer not null, b ext.citext not null', '{a,b}',
  'i % 3, (case when i % 2 = 0 then ''USER'' else ''user'' end || i)::ext.citext', 'key', 3);
call walk_key('number and citext, striped', 'a integer not null, b ext.citext not null', '{a,b}',
  'i % 3, (case when i % 2 = 0 then ''USER'' else ''user'' end || i)::ext.citext', 'striped', 3);
call walk_key('citext, date and number', 'a ext.citext not null, b date not null, c smallint not null', '{a,b,c}',
  '(case when i % 2 = 0 then ''A'' else ''a'' end || i % 7)::ext.citext, date ''2026-01-01'' + i % 5, i', 'key', 2);
call walk_key('number and hstore', 'a integer not null, b ext.hstore not null', '{a,b}', 'i % 5, (''k=>'' || i)::ext.hstore', 'key', 3);
call walk_key('char and timestamptz', 'a char(4) not null, b timestamptz not null', '{a,b}',
  '''k'' || i % 4, timestamptz ''2026-10-25 00:00+00'' + i * interval ''5 minutes''', 'striped', 2);
select results_eq('select label, wrong, pending, state from outcome order by label',
  $$select l, 0::bigint, 0::bigint, 'finished' from unnest('{"char and timestamptz","citext, date and number","number and citext",
    "number and citext, striped","number and hstore"}'::text[]) as l$$,
  'each row is changed once, and none is left');

-- names of objects: compared as numbers, and written as names, in statistics too

create table named (object regclass primary key, n integer not null default 0);
insert into named select c.oid from pg_class c;
insert into named select i from generate_series(100000, 130000) as i;
alter table named alter object set statistics 1000;
analyze named;
create table named_too (object regprocedure, role regrole, n integer not null default 0, primary key (object, role));
insert into named_too select p.oid, r.oid from pg_proc p cross join (select oid from pg_roles limit 2) as r;
analyze named_too;
select sluice.define('named', 'named', pending => 'n = 0', set => 'n = n + 1', walk => 'striped');
select sluice.define('named_too', 'named_too', set => 'n = n + 1', walk => 'striped', max_batch => 200);
select count(*) from unnest('{named,named_too}'::text[]) as m cross join lateral sluice.schedule(m, immediately => true, workers => 2);
call sluice.work('10 minutes', until_idle => true);
select results_eq($$select p.state, (select min(n) || ' ' || max(n) from named), (select min(n) || ' ' || max(n) from named_too)
    from sluice.progress p where p.name in ('named', 'named_too')$$,
  $$values ('finished', '1 1', '1 1'), ('finished', '1 1', '1 1')$$, 'a key of names of objects is walked in order of their numbers');

\if :has_contrib
create table account (tenant integer, email ext.citext, v integer, primary key (tenant, email));
insert into account select i % 3, ('User' || i)::ext.citext from generate_series(1, 3000) as i;
analyze account;
create function plan_of(condition text) returns setof text language plpgsql set search_path to pg_catalog, ext, pg_temp as $$
begin
  return query execute 'explain select from only public.account as k where ' || condition || ' order by k.tenant, k.email limit 10'
    using '{1,user5}'::text[], '{2,user7}'::text[];
end
$$;
select matches(
  (select string_agg(p, ' ') from plan_of(replace(replace(
    sluice_internal.range_condition(sluice_internal.key_columns('account', 'k', '{tenant,email}')), '$1', $$'{1,user5}'::text[]$$),
    '$2', $$'{2,user7}'::text[]$$)) as p),
  'Index Cond: \(\(ROW\(tenant, email\) > ROW\(1, ', 'an index serves the comparison of both columns');
\endif

select * from finish();
