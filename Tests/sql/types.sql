-- Each type with an order is a key: every default btree operator class of the catalog, with those of the extensions
-- that are there, in a schema that is not on the search path; plain, and in domains, arrays, composite types and
-- ranges. The change is not idempotent, so a row that is visited twice tells; there is no predicate in the first run,
-- and none may be left out.

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
create schema ext;
grant usage on schema ext to author;
set client_min_messages to error;
do $$
declare
  extension text;
begin
  foreach extension in array '{citext,ltree,hstore,isn,cube,seg}'::text[] loop
    if exists (select from pg_available_extensions e where e.name = extension) then
      execute format('create extension %I schema ext', extension);
    end if;
  end loop;
end
$$;
create type ext.colour as enum ();
do $$
begin
  for i in reverse 300..1 loop
    execute format('alter type ext.colour add value %L', 'c ' || i);
  end loop;
end
$$;
create type ext."Odd range" as range (subtype = integer);
grant usage on type ext.colour to author;

-- An expression over i that gives as many different values as the type has, up to 60.
create table sample (type text primary key, value text);
insert into sample
values
  ('boolean', 'i % 2 = 0'), ('bytea', 'decode(md5(i::text), ''hex'')'), ('"char"', 'chr(32 + i % 90)::"char"'),
  ('name', '(''n"''|| i % 7 || ''a'' || i)::name'), ('bigint', 'i * 10000000000 % 7777777777777'), ('smallint', '(i - 100)::smallint'),
  ('integer', 'i * 7919 % 100003 - 5000'), ('text', 'case when i % 2 = 0 then ''Z'' else ''a'' end || ''{",\'' || i'), ('oid', '(4000000000 + i)::oid'),
  ('tid', 'format(''(%s,%s)'', i % 17, 1 + i)::tid'), ('oidvector', 'format(''%s %s'', i % 9, i)::oidvector'), ('real', '(i / 7.0)::real'),
  ('double precision', 'i / 7.0::double precision - 3'), ('macaddr8', 'lpad(to_hex(i * 977), 16, ''0'')::macaddr8'),
  ('money', '(i * 1.37 - 90)::numeric::money'), ('macaddr', 'lpad(to_hex(i * 977), 12, ''0'')::macaddr'),
  ('inet', '''10.0.0.0''::inet + i * 3'), ('bpchar', 'rpad(''K'' || i, 6)::bpchar'), ('date', 'date ''1999-12-31'' - 40 * i'),
  ('time without time zone', 'time ''00:00:00.5'' + i * interval ''7 minutes'''),
  ('timestamp without time zone', 'timestamp ''1999-12-31 23:59:59.123456'' - i * interval ''11 days'''),
  ('timestamp with time zone', 'timestamptz ''2026-10-25 00:30:00+00'' + i * interval ''7 minutes'''),
  ('interval', 'make_interval(months => i % 5, days => -i, secs => (i * 1.5)::float8)'),
  ('time with time zone', '(time ''03:00'' + i * interval ''7 minutes'') at time zone ''+05:30'''),
  ('"bit"', 'i::bit(12)'), ('bit varying', 'substring(i::bit(12) from 1 + i % 6)::varbit'),
  ('numeric', '(i * 1.10 - 60)'), ('uuid', 'md5(i::text)::uuid'), ('pg_lsn', '''0/0''::pg_lsn + i * 4096'),
  ('tsvector', 'to_tsvector(''simple'', ''a'' || i || '' b'' || i % 3)'), ('tsquery', '(''a'' || i || '' & b'' || i % 3)::tsquery'),
  ('jsonb', 'jsonb_build_object(''k'', i, ''"'', array[i, i % 3])'), ('xid8', '(i * 3)::text::xid8'),
  ('anyenum', '(''c '' || i)::ext.colour'), ('anyarray', 'array[i % 4, i, null]'), ('anyrange', 'ext."Odd range"(nullif(i % 9, 0), 10 + i)'),
  ('anymultirange', 'int4multirange(int4range(i % 9, 10 + i), int4range(1000, 1000 + i))'), ('record', null),
  ('ext.citext', '(case when i % 2 = 0 then ''USER'' else ''user'' end || i)::ext.citext'),
  ('ext.ltree', 'text2ltree(''a.b'' || i % 5 || ''.c'' || i)'), ('ext.hstore', 'hstore(''a'' || i % 3, i::text)'),
  ('ext.isbn13', 'format(''9780%s?'', lpad(i::text, 8, ''0''))::ext.isbn13'), ('ext.cube', 'cube(array[i % 4, i])'), ('ext.seg', '(i || '' .. '' || i + 3)::seg');
delete from sample s where s.type like 'ext.%' and to_regtype(s.type) is null;

create view tried as
-- plain; those without a modifier in the catalog with one, too
select s.type || '' as label, case s.type when 'anyenum' then 'ext.colour' when 'anyarray' then 'integer[]' when 'anyrange' then 'ext."Odd range"'
  when 'anymultirange' then 'int4multirange' else s.type end as type, s.value, '' as setup,
  true as is_plain
from sample s where s.value is not null
union all
-- modifiers, collations, and domains over all that is odd
select v.*, true
from (values
  ('character(6)', 'character(6)', 'rpad(''K'' || i, 6)', ''), ('bit(12)', 'bit(12)', 'i::bit(12)', ''),
  ('character varying(40)', 'character varying(40)', '''{",\'' || i', ''), ('numeric(12,3)', 'numeric(12,3)', 'i * 1.1', ''),
  ('timestamptz(0)', 'timestamptz(0)', 'timestamptz ''2026-10-25 00:30:00+00'' + i * interval ''7 minutes''', ''),
  ('interval day to second', 'interval day to second', 'i * interval ''7 minutes''', ''),
  ('cidr', 'cidr', '(format(''10.%s.0.0/16'', i % 256))::cidr', ''),
  ('text collate "C"', 'text collate "C"', 'case when i % 2 = 0 then ''Z'' else ''a'' end || i', ''),
  ('char(6)[]', 'char(6)[]', 'array[''K'' || i, null]', ''),
  ('integer[][]', 'integer[][]', 'array[array[i % 3, i], array[i, 4]]', ''),
  ('domain over character(6)', 'd', 'rpad(''K'' || i, 6)', 'create domain d as character(6)'),
  ('domain over bit(12)', 'd', 'i::bit(12)', 'create domain d as bit(12)'),
  ('domain over an enum', 'd', '(''c '' || i)::ext.colour', 'create domain d as ext.colour'),
  ('domain over an array', 'd', 'array[i % 3, i]', 'create domain d as integer[] not null'),
  ('domain over a domain over text collate "C"', 'd', 'case when i % 2 = 0 then ''Z'' else ''a'' end || i',
    'create domain e as text collate "C"; create domain d as e check (value <> '''')'),
  ('composite with char(6)', 'd', 'row(i % 4, ''K'' || i)::d', 'create type d as (a integer, b character(6))'),
  ('composite in a composite', 'd', 'row(row(i % 4, date ''2026-01-01'' + i)::e, null)::d',
    'create type e as (a integer, b date); create type d as (a e, b text)'),
  ('domain over a composite', 'd', 'row(i % 4, timestamptz ''2026-01-01'' + i * interval ''1 hour'')::e',
    'create type e as (a integer, b timestamptz); create domain d as e')) as v
union all
-- in an array, a composite type, and a range
select s.type || '[]', s.type || '[]',
  -- PostgreSQL 16 takes array[] of a vector for a vector
  case s.type when 'oidvector' then $$format('{"%s %s",NULL}', i % 9, i)::oidvector[]$$ else format('array[%s, null]', s.value) end,
  '', false
from sample s
where s.value is not null and s.type !~ '^any'
union all
select 'composite with ' || s.type, 'd', format('row(%s, i %% 3)::d', s.value), format('create type d as (a %s, b integer)', s.type),
  false
from sample s where s.value is not null and s.type !~ '^any'
union all
select 'range over ' || s.type, 'd', format('d(%s, null)', s.value), format('create type d as range (subtype = %s)', s.type),
  false
from sample s where s.value is not null and s.type !~ '^any' and s.type <> 'boolean';
grant select on tried to author;

set session authorization author;
set client_min_messages to error;
set search_path to public;
create table outcome (label text, walk text, workers integer, rows integer, values bigint, wrong bigint, visited bigint,
  pending bigint, state text, leapt text);

create procedure walk_type(label text, type text, value text, setup text, walk text, workers integer, pending text)
language plpgsql
as $$
declare
  ended text;
  leapt text;
  suffix text;
begin
  perform set_config('search_path', 'public, ext', true);
  execute setup;
  execute format('create table subject (k %s not null, n integer not null default 0, done boolean)', type);
  execute format('insert into subject (k) select %s from generate_series(1, 40) as i order by hashint4(i)', value);
  execute 'create index on subject (k)';
  perform set_config('search_path', 'public', true);
  begin
    perform sluice.define('walk', 'subject', pending => pending, set => 'n = n + 1, done = true', key => '{k}', walk => walk,
      min_batch => 1, max_batch => 5);
    execute 'analyze subject';
    select substring(p.proname from '[0-9_]+$') into suffix
    from pg_proc p where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.proname ~ '^leap_[0-9]';
    begin
      execute format('select sluice_internal.leap%s(null, sluice_internal.last%1$s(), 15), sluice_internal.middle%1$s(null, sluice_internal.last%1$s())', suffix);
    exception when others then
      leapt := sqlerrm;
    end;
    perform sluice.schedule('walk', workers => workers, immediately => true);
  exception when others then
    ended := sqlerrm;
  end;
  commit;
  call sluice.work(lasting => '5 minutes', only_migration => case when ended is null then 'walk' end, until_idle => true);
  insert into outcome
  select label, walk, workers, count(*), pg_catalog.count(distinct s.k), count(*) filter (where s.n <> 1),
    (select sum(h.rows_visited) from sluice.history h where h.name = 'walk' and h.act = 'change') / case walk when 'striped' then 16 else 1 end,
    count(*) filter (where s.done is null), coalesce(ended, (select concat_ws(': ', p.state, p.last_error) from sluice.progress('walk') as p)),
    leapt
  from subject s;
  if ended is null then
    perform sluice.cancel('walk') where (select p.state from sluice.progress('walk') as p) <> 'finished';
    perform sluice.forget('walk');
  end if;
  drop table subject;
  drop type if exists d cascade;
  drop type if exists e cascade;
  commit;
end
$$;

-- One worker, and none may be left out; then three, by stripes, with a predicate. In sessions of their own, a tenth each: a session keeps
-- the plans of functions that were dropped, and looks through all of them when it drops the next.
create table walked as
select row_number() over (order by c.walk, c.label) % 10 as part, c.*
from (
  select t.label, format('call walk_type(%L, %L, %L, %L, ''key'', 1, ''true'')', t.label, t.type, t.value, t.setup) as walk
  from tried as t where t.is_plain
  union all
  select t.label, format('call walk_type(%L, %L, %L, %L, %L, 3, ''done is null'')', t.label, t.type, t.value, t.setup,
    case when t.is_plain then 'striped' else 'key' end)
  from tried as t) as c;
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 0 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 1 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 2 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 3 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 4 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 5 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 6 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 7 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 8 order by w.walk \gexec
\connect - author
set client_min_messages to error;
set search_path to public;
select w.walk from walked as w where w.part = 9 order by w.walk \gexec

\connect - postgres
select no_plan();
select is_empty(
  $$select o.opcintype::regtype
    from pg_opclass o
    join pg_am a on a.oid = o.opcmethod
    join pg_type t on t.oid = o.opcintype
    where a.amname = 'btree' and o.opcdefault
      and not exists (select from sample s where to_regtype(s.type) = o.opcintype)
      and o.opcintype::regtype::text !~ '^(ext\.)?(isbn|ismn|issn|ean|upc)'$$,
  'each type with an order is tried');

select ok(count(*) > 130, 'types are walked') from outcome;
select is_empty($$select * from outcome where state <> 'finished' or wrong > 0 or pending > 0 or rows = 0 order by label, walk$$,
  'each row of each type is changed once, by one worker and by several, and none is left');
select is_empty($$select label, walk, leapt from outcome where leapt is not null order by label, walk$$,
  'statistics of each type are read');
select is_empty($$select * from outcome where walk = 'key' and values = rows and visited <> rows order by label$$,
  'as many rows are visited as there are');

select * from finish();
