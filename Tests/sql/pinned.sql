-- Nothing of Sluice looks names up where others may create them. What is planted in a whole database is tried by
-- scripts/test-sql --hostile and by Tests/CLITests/PlantedTests.swift.

select no_plan();

-- by the catalog
select results_eq(
  $$select p.proname::text collate "default" from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      and replace(coalesce(array_to_string(p.proconfig, ' '), ''), '"', '') !~ 'search_path=pg_catalog, pg_temp'
    order by 1$$,
  array['cleanup', 'uninstall', 'work'],
  'each function has its search path, but for the procedures that commit');
select is_empty(
  $$select p.proname from pg_proc p
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      and replace(coalesce(array_to_string(p.proconfig, ' '), ''), '"', '') !~ 'search_path=pg_catalog, pg_temp'
      and split_part(p.prosrc, E'\nbegin\n', 2)
        !~ $r$^  perform pg_catalog\.set_config\('search_path', 'pg_catalog, pg_temp', true\);\n$r$ $$,
  'they pin it first of all');
select is_empty(
  $$select p.proname, s.rest
    from pg_proc p
    cross join lateral regexp_split_to_table(p.prosrc, E'\n *(commit|rollback);\n') with ordinality as s (rest, part)
    where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and p.prosrc ~ E'\n *(commit|rollback);\n' and s.part > 1 and s.rest !~ '^end'
      and s.rest !~ $r$^ *(set transaction isolation level read committed;\n *)?perform pg_catalog\.set_config\('search_path', 'pg_catalog, pg_temp', true\)$r$ $$,
  'and at once after each commit');
select is_empty(
  $$select pg_describe_object(d.classid, d.objid, d.objsubid), pg_describe_object(d.refclassid, d.refobjid, 0)
    from pg_depend d
    join pg_depend o on o.classid = d.classid and o.objid = d.objid
    cross join lateral pg_identify_object(d.refclassid, d.refobjid, 0) as r
    where d.classid in ('pg_rewrite'::regclass, 'pg_constraint'::regclass, 'pg_attrdef'::regclass, 'pg_trigger'::regclass)
      and o.refclassid = 'pg_class'::regclass
      and o.refobjid in (select c.oid from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]))
      and d.refclassid in ('pg_operator'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_cast'::regclass)
      and r.schema not in ('pg_catalog', 'sluice', 'sluice_internal')$$,
  'views, checks, defaults and triggers use nothing that is not PostgreSQL''s or ours');
select is_empty(
  $$select c.relname from pg_class c where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relkind in ('m', 'f')$$,
  'no relation has definitions elsewhere');

-- what is generated without SQL of the author's
set client_min_messages to warning;
create type label;
create function label_in(cstring) returns label language internal immutable strict as 'byteain';
create function label_out(label) returns cstring language internal immutable strict as 'byteaout';
create type label (input = label_in, output = label_out, like = bytea);
reset client_min_messages;
create function label_lt(label, label) returns boolean language internal immutable strict as 'bytealt';
create function label_le(label, label) returns boolean language internal immutable strict as 'byteale';
create function label_eq(label, label) returns boolean language internal immutable strict as 'byteaeq';
create function label_ge(label, label) returns boolean language internal immutable strict as 'byteage';
create function label_gt(label, label) returns boolean language internal immutable strict as 'byteagt';
create function label_cmp(label, label) returns integer language internal immutable strict as 'byteacmp';
create operator < (leftarg = label, rightarg = label, function = label_lt);
create operator <= (leftarg = label, rightarg = label, function = label_le);
create operator = (leftarg = label, rightarg = label, function = label_eq);
create operator >= (leftarg = label, rightarg = label, function = label_ge);
create operator > (leftarg = label, rightarg = label, function = label_gt);
create operator class label_ops default for type label using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 label_cmp(label, label);
create table word (w label primary key, n integer, v integer, unique (n, w));
alter table word alter n set not null;
grant create on schema public to author;
set role sluice_owner;
select sluice.grant_author('author') is not null as granted \gset
reset role;
alter table word owner to author;
set session authorization author;
select sluice.define('by_word', 'word', pending => 'v is null', set => 'v = n') as name \gset
select sluice.define('by_both', 'word', pending => 'v is null', set => 'v = n', key => '{n,w}') as name \gset
select sluice.schedule('by_word', immediately => true) is not null as scheduled \gset
reset session authorization;
select set_eq(
  $$select distinct m.name, s.setting
    from sluice_internal.list_compiled() as c
    join sluice_internal.migration m on m.migration_id = c.migration_id
    join pg_proc p on p.oid = c.function
    cross join unnest(p.proconfig) as s (setting)
    where s.setting like 'search_path=%' and p.proname ~ '^(last|bound|cuts|leap|middle)_'$$,
  $$values ('by_word', 'search_path=pg_catalog, pg_temp'), ('by_both', 'search_path=pg_catalog, public, pg_temp')$$,
  'it has other schemas on its path only where the key''s operators are of several, which one comparison of rows cannot name');
set session authorization author;
select sluice.forget('by_both') as forgotten \gset
insert into word select label_in(('w' || n)::cstring), n from generate_series(1, 100) as n;
call sluice.cleanup('by_word');
reset session authorization;
select is((select count(*) from word where v = n), 100::bigint, 'and finds the operators of its key nevertheless');

-- by what others planted, in a session where their schema comes before pg_catalog
create role planter;
create schema aside authorization planter;
grant usage on schema aside to public;
create table aside.called (by name, what text);
grant insert on aside.called to public;
create function aside.seize(what text) returns boolean language plpgsql as $$
begin
  insert into aside.called values (session_user, what);
  return true;
end
$$;
create domain aside.timestamptz as pg_catalog.timestamptz check (aside.seize('timestamptz'));
create domain aside.text as pg_catalog.text check (aside.seize('text'));
create domain aside.regclass as pg_catalog.regclass check (aside.seize('regclass'));
create function aside.compare(numeric, integer) returns boolean language sql as $$ select aside.seize('numeric') $$;
create operator aside.> (leftarg = numeric, rightarg = integer, function = aside.compare);
create function aside.compare(double precision, integer) returns boolean language sql as $$ select aside.seize('double') $$;
create operator aside.> (leftarg = double precision, rightarg = integer, function = aside.compare);
create function aside.compare(interval, interval) returns boolean language sql as $$ select aside.seize('interval') $$;
create operator aside.> (leftarg = interval, rightarg = interval, function = aside.compare);
create function aside.compare(pg_catalog.timestamptz, pg_catalog.timestamptz) returns boolean language sql as
  $$ select aside.seize('time') $$;
create operator aside.>= (leftarg = pg_catalog.timestamptz, rightarg = pg_catalog.timestamptz, function = aside.compare);
create function aside.format(pg_catalog.text, variadic "any") returns pg_catalog.text language internal as 'text_format';
create function aside.now() returns pg_catalog.timestamptz language plpgsql as
  $$ begin perform aside.seize('now'); return pg_catalog.now(); end $$;
create function aside.clock_timestamp() returns pg_catalog.timestamptz language plpgsql as
  $$ begin perform aside.seize('clock'); return pg_catalog.clock_timestamp(); end $$;
create function aside.set_config(pg_catalog.text, pg_catalog.text, boolean) returns pg_catalog.text language plpgsql as
  $$ begin perform aside.seize('set_config'); return null; end $$;
grant create on schema public to author;
set role sluice_owner;
\o /dev/null
select sluice.grant_author('author'), sluice.grant_operator('operator'), sluice.grant_viewer('viewer');
\o
reset role;
set session authorization author;
create table item (id integer primary key, a integer, b integer);
insert into item select n, n from generate_series(1, 1000) as n;
select sluice.define('pinned', 'item', pending => 'b is null', set => 'b = a', search_path => '{public}') as defined \gset
reset session authorization;

set search_path to aside, pg_catalog;
select aside.seize('heard') as heard \gset
reset search_path;
select is((select count(*) from aside.called), 1::bigint, 'who calls what others planted is written down');
delete from aside.called;

set search_path to aside, pg_catalog;
\o /dev/null
set session authorization author;
select * from sluice.schedule('pinned', within => '1 hour');
call sluice.work('2 seconds');
call sluice.cleanup('pinned');
set session authorization operator;
select * from sluice.progress; select * from sluice.stuck; select * from sluice.history; select * from sluice.events;
select * from sluice.guards;
set session authorization viewer;
select * from sluice.progress; select * from sluice.stuck; select * from sluice.lanes; select * from sluice.definitions;
select * from sluice.activity; select * from sluice.proof; select * from sluice.captures; select * from sluice.quarantined;
reset session authorization;
select * from sluice.progress; select * from sluice.stuck; select * from sluice.guards; select * from sluice.vacuums;
set session authorization sluice_owner;
call sluice.uninstall();
reset session authorization;
\o
reset search_path;
select is((select count(*) from item where b is null), 0::bigint, 'work() and cleanup() did their work');
select is((select count(*) from pg_namespace n where n.nspname ~ '^sluice'), 0::bigint, 'and uninstall() did, too');
select results_eq($$select format('%s called %s', c.by, c.what) from aside.called c$$, '{}'::text[],
  'nothing of what was planted was called');
select * from finish();
