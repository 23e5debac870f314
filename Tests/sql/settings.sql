-- A definition means what it meant in the session that defined it, whatever the settings of those are that run it.
--
-- hostile: set datestyle = 'ISO, MDY'; it compares texts under settings that it chooses itself
-- hostile: set intervalstyle = 'postgres'; the same
-- hostile: planted text || interval; the SET list of this test is its own

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;

-- Each setting that a new version of PostgreSQL brings in these groups is either kept or named here.
select set_eq(
  $$select s.name
    from pg_settings s
    where s.context in ('user', 'superuser')
      and s.category in ('Client Connection Defaults / Locale and Formatting', 'Version and Platform Compatibility / Previous PostgreSQL Versions',
        'Version and Platform Compatibility / Other Platforms and Clients')
      and s.name not in (select m.name from sluice.meaning_settings() as m)$$,
  $$select n from unnest('{client_encoding,lc_messages,escape_string_warning,lo_compat_privileges,synchronize_seqscans,icu_validation_level}'::text[])
      as n
    where n in (select s.name from pg_settings s)
      -- not shown as a setting of a user before 16
      and n in (select s.name from pg_settings s where s.context in ('user', 'superuser'))$$,
  'each setting of the groups about formats and compatibility is decided on');
select is_empty(
  $$select m.name from sluice.meaning_settings() as m where m.name not in (select s.name from pg_settings s where s.context = 'user')$$,
  'what is kept can be set by each user');
select is_empty(
  $$select p.proname
    from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      and regexp_replace(p.prosrc, E'\\m[eE]''(?:[^''\\\\]|\\\\.|'''')*''|--[^\n]*', '', 'g') ~ E'''[^'']*\\\\[^'']*'''
      and not coalesce('standard_conforming_strings=on' = any (p.proconfig), false)$$,
  'no function reads a backslash in a literal as the session does');

set session authorization author;
set client_min_messages to error;

create table days (id integer primary key, raw text, day date, at timestamptz, told text);
insert into days select i, '01/02/03', null, timestamptz '2003-01-15 00:00+00' + i * interval '1 day' from generate_series(1, 100) as i;

set datestyle to 'SQL, DMY';
set intervalstyle to 'sql_standard';
set timezone to 'Asia/Tokyo';
set standard_conforming_strings to off;
select sluice.define('days', 'days', pending => $$day is null and at < '05/02/03' and raw ~ '^\\d'$$,
  set => $$day = raw::date, told = at::text || ' ' || interval '-1 2:03'$$, capture => true, min_batch => 1, max_batch => 7,
  on_finish => array[$$create table finished as select '01/02/03'::date as day, '\x41'::text as letter$$]);
create table expected as
select id, '01/02/03'::date as day, at::text || ' ' || interval '-1 2:03' as told from days where at < '05/02/03';
reset all;
set client_min_messages to error;

select is(sluice.compare_definition('days', 'days', pending => $$day is null and at < '05/02/03' and raw ~ '^\\d'$$,
    set => $$day = raw::date, told = at::text || ' ' || interval '-1 2:03'$$, capture => true, min_batch => 1, max_batch => 7,
    on_finish => array[$$create table finished as select '01/02/03'::date as day, '\x41'::text as letter$$])
  -> 'differences' @> '[{"argument": "DateStyle", "in_code": "ISO, MDY", "in_database": "SQL, DMY"}, {"argument": "IntervalStyle"},
    {"argument": "standard_conforming_strings", "in_code": "on", "in_database": "off"}]', true, 'settings are part of drift');
select lives_ok(
  $$select sluice.define('days', 'days', pending => $p$day is null and at < '05/02/03' and raw ~ '^\\d'$p$,
    set => $p$day = raw::date, told = at::text || ' ' || interval '-1 2:03'$p$, capture => true, min_batch => 1, max_batch => 7,
    on_finish => array[$p$create table finished as select '01/02/03'::date as day, '\x41'::text as letter$p$])$$,
  'the same definition in a session of other settings is a no-op');
select is((select settings ->> 'DateStyle' from sluice.definitions where name = 'days'), 'SQL, DMY', 'and keeps the settings that it has');

select results_eq(
  $$select p.row_after ->> 'day', p.row_after ->> 'told' from sluice.preview('days', 1) as p$$,
  $$select '2003-02-01', told from expected order by id limit 1$$, 'a preview shows what a batch will write');
select is(current_setting('DateStyle'), 'ISO, MDY', 'and leaves the settings of the session alone');
select is((select pending_estimated from sluice.plan('days')), (select count(*) from expected), 'the plan counts as the author does');
select is(current_setting('TimeZone'), (select reset_val from pg_settings where name = 'TimeZone'), 'and leaves the settings alone, too');

select sluice.schedule('days', immediately => true);
set datestyle to 'German';
set intervalstyle to 'iso_8601';
set timezone to 'America/New_York';
call sluice.work(lasting => '10 minutes', until_idle => true);
select is(current_setting('DateStyle'), 'German, DMY', 'a batch leaves the settings of the session alone');
reset datestyle;
insert into days (id, raw, at) values (1000, '01/02/03', '2003-02-04 12:00+00'), (1001, '01/02/03', '2003-02-05 12:00+00'),
  (1002, '01/02/03', '2003-05-01 12:00+00');
reset all;
set client_min_messages to error;
select results_eq('select id, day, told from days where id < 1000 and day is not null order by id', 'select * from expected order by id',
  'a walk reads and writes as the session that defined it');
select results_eq('select id, day from days where id >= 1000 order by id', $$values (1000, '2003-02-01'::date), (1001, null), (1002, null)$$,
  'so does the capture trigger');
set datestyle to 'ISO, YMD';
call sluice.cleanup('days');
reset datestyle;
select results_eq('select day::text, letter from finished', $$values ('2003-02-01', 'A')$$, 'and so do the statements of on_finish');
select sluice.forget('days');

-- Settings that decide what a literal is.
create table digits (id integer primary key, s text, v integer);
insert into digits select i, case when i % 2 = 0 then 'ddd' else i::text end from generate_series(1, 100) as i;
select sluice.define('digits', 'digits', pending => $$v is null and s ~ '^\d+$' and s <> all ('{NULL}') $$, set => 'v = 1', max_batch => 13);
select sluice.schedule('digits', immediately => true);
set standard_conforming_strings to off;
set backslash_quote to on;
set array_nulls to off;
set transform_null_equals to on;
set quote_all_identifiers to on;
call sluice.work(lasting => '10 minutes', until_idle => true);
reset all;
set client_min_messages to error;
select results_eq('select count(*) filter (where v = 1), count(*) filter (where v = 1 and id % 2 = 0) from digits', 'values (0::bigint, 0::bigint)',
  'NULL in an array is what it was when the session defined it');
select sluice.forget('digits');
select sluice.define('digits', 'digits', pending => $$v is null and s ~ '^\d+$'$$, set => 'v = 1', max_batch => 13);
select sluice.schedule('digits', immediately => true);
set standard_conforming_strings to off;
call sluice.work(lasting => '10 minutes', until_idle => true);
reset all;
set client_min_messages to error;
select results_eq('select count(*) filter (where v = 1), count(*) filter (where v = 1 and id % 2 = 0) from digits', 'values (50::bigint, 0::bigint)',
  'a backslash is what it was when the session defined it');

-- Keys that are equal and written differently are one key.
create table equals (k numeric not null, id integer, v integer);
create index on equals (k);
insert into equals select case when i % 3 = 0 then '7.0' when i % 3 = 1 then '7.00' else '7' end::numeric, i, null from generate_series(1, 30) as i;
insert into equals select i, i, 1 from generate_series(100, 300) as i;
create function fail_at(i integer) returns integer language plpgsql immutable as
  $$ begin if i = 17 then raise exception 'no'; end if; return i; end $$;
select sluice.define('equals', 'equals', pending => 'v is null', set => 'v = fail_at(id)', key => '{k}', min_batch => 1, max_batch => 20);
select sluice.schedule('equals', immediately => true);
call sluice.work(lasting => '10 minutes', until_idle => true);
select is((select sum(rows) from sluice.quarantined where name = 'equals'), 30::bigint, 'rows of one key are in quarantine, once');
select sluice.accept_remaining('equals');
select is((select rows_accepted from sluice.proof where name = 'equals'), 30::bigint, 'and are not found as others by the sweep');

-- A key whose text does not mean it.
reset session authorization;
create function public.another_uuid(text) returns uuid language sql immutable as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
create cast (text as uuid) with function public.another_uuid(text);
set session authorization author;
create table odd_keys (k uuid primary key, v integer);
insert into odd_keys values ('11111111-1111-1111-1111-111111111111');
select sluice.define('odd', 'odd_keys', pending => 'v is null', set => 'v = 1');
select sluice.schedule('odd', immediately => true);
select count(sluice_internal.run_one('odd')) from generate_series(1, 5);
select is((select p.state from sluice.progress('odd') as p), 'paused', 'a key that would become another value ends no walk');
reset session authorization;
drop cast (text as uuid);
set session authorization author;

-- NOT NULL is asked of each table that holds rows.
create table parent (k integer primary key, v integer);
create table heir (check (true)) inherits (parent);
create index on heir (k);
do $$ begin alter table heir alter k drop not null; exception when others then null; end $$;
select case
  when exists (select from pg_attribute where attrelid = 'heir'::regclass and attname = 'k' and not attnotnull) then
    throws_like($$select sluice.define('heirs', 'parent', pending => 'v is null', set => 'v = 1')$$,
      'key column "k" of table %heir is nullable', 'an inheritor may have null where its parent does not')
  else pass('inheritors are NOT NULL as their parent is') end;

select current_setting('server_version_num')::integer >= 180000 as has_unproved \gset
\if :has_unproved
create table unproved (k integer, v integer);
insert into unproved select nullif(i % 10, 0) + i from generate_series(1, 2000) as i;
create index on unproved (k);
alter table unproved add constraint k_known not null k not valid;
select throws_like($$select sluice.define('unproved', 'unproved', pending => 'v is null', set => 'v = 1', key => '{k}')$$,
  'key column "k" of table %unproved is nullable', 'a NOT NULL constraint that is not valid is no proof');
select lives_ok($$select sluice.define('unproved', 'unproved', pending => 'v is null and k is not null', set => 'v = 1', key => '{k}')$$,
  'a predicate is');
\endif

-- Keys are read alike by sessions that write them differently.
create table spans (k interval primary key, f double precision not null, v integer, n integer not null default 0);
insert into spans (k, f)
select make_interval(months => i % 7 - 3, days => -i, secs => i * 1.1), i / 7.0::double precision from generate_series(1, 300) as i;
create index on spans (f);
create procedure walk_in_turn(name text, key text) language plpgsql as $$
begin
  update spans set v = null, n = 0;
  perform sluice.define(name, 'spans', pending => 'v is null', set => 'v = 1, n = n + 1', key => array[key], min_batch => 1,
    max_batch => 17);
  perform sluice.schedule(name, immediately => true, workers => 3);
  commit;
  for i in 1..100 loop
    perform set_config('intervalstyle', (array['postgres', 'sql_standard', 'iso_8601', 'postgres_verbose'])[i % 4 + 1], true);
    perform set_config('extra_float_digits', (array['-15', '0', '3'])[i % 3 + 1], true);
    perform sluice_internal.run_one(name);
    commit;
  end loop;
end
$$;
call walk_in_turn('spans', 'k');
select results_eq($$select count(*) from spans where n = 1 and v = 1$$, 'values (300::bigint)', 'intervals');
select is((select p.state from sluice.progress('spans') as p), 'finished', 'to their end');
call walk_in_turn('floats', 'f');
select results_eq($$select count(*) from spans where n = 1 and v = 1$$, 'values (300::bigint)', 'and numbers with more digits than are shown');
select is((select p.state from sluice.progress('floats') as p), 'finished', 'to their end, too');

-- PostgreSQL 17 and later build indexes with a search path of their own.
select current_setting('server_version_num')::integer >= 170000 as has_own_path \gset
\if :has_own_path
create function hidden(i integer) returns integer language plpgsql immutable as 'begin return base(i); end';
reset session authorization;
create schema aux authorization author;
set session authorization author;
create function aux.base(i integer) returns integer language sql immutable as 'select i';
create table indexed (id integer primary key, v integer);
insert into indexed values (1);
select sluice.define('indexed', 'indexed', pending => 'v is null', set => 'v = hidden(id)', search_path => '{public,aux}',
  on_finish => array['create index indexed_by on indexed (hidden(id))']);
select sluice.schedule('indexed', immediately => true);
call sluice.work(lasting => '10 minutes', only_migration => 'indexed', until_idle => true);
create function hint_of_on_finish() returns text language plpgsql as $$
declare
  hint text;
begin
  perform sluice_internal.run_on_finish('indexed');
  return null;
exception when undefined_function then
  get stacked diagnostics hint = pg_exception_hint;
  return hint;
end
$$;
select alike(hint_of_on_finish(), 'PostgreSQL builds indexes with the search_path pg_catalog, pg_temp:%',
  'an index that does not find a name says why');
\endif

-- Nothing of a batch is compiled just in time.
select is_empty(
  $$select p.proname from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and not coalesce(p.proconfig @> '{jit=off}', false)
      and (p.proname in ('claim', 'run', 'run_batch', 'checkpoint', 'fail', 'keep_house') or p.proname ~ '_[0-9]+_[0-9]+(_blocks)?$')$$,
  'no function of a batch uses JIT');

select * from finish();
