-- compare_definition() tells code from database with the eyes of define().

select no_plan();

select sluice.grant_author('author'), sluice.grant_author('another_author')
from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
create schema other authorization author;
grant usage on schema other to author;
set session authorization author;
set client_min_messages to warning;
set search_path to public;

create table builds (id bigint primary key, stage text, stage_id integer);
create table other.builds (id bigint primary key, stage text, stage_id integer);
select sluice.define('fill', 'builds', pending => 'stage_id is null and stage <> ''a  b''', set => 'stage_id = 1',
  batch_time => '1 day', max_failed => 0.5, on_finish => array['analyze builds']);

create function verdict(comparison jsonb) returns text language sql as $$
  select concat_ws(' ', comparison ->> 'verdict',
    (select string_agg(d ->> 'argument', ' ' order by d ->> 'argument') from jsonb_array_elements(comparison -> 'differences') as d))
$$;

select is(
  pg_get_function_arguments('sluice.compare_definition'::regproc), pg_get_function_arguments('sluice.define'::regproc),
  'define() and compare_definition() have the same arguments and the same defaults');

select is(
  public.verdict(sluice.compare_definition('fill', 'builds', pending => 'stage_id is null and stage <> ''a  b''',
    set => 'stage_id = 1', batch_time => '1 day', max_failed => 0.5, on_finish => array['analyze builds'])),
  'same', 'the same arguments are the same definition');
select is(
  public.verdict(sluice.compare_definition('fill', 'public.builds', pending => E'\n  stage_id is null\n  and stage <> ''a  b''\n',
    set => 'stage_id  =  1', batch_time => '24 hours', max_failed => 0.50, walk => 'auto', delete => false, capture => false,
    after => '{}', on_finish => array[E'analyze\n  builds'])),
  'same', 'however they are indented, spelled, or left out');
select lives_ok(
  $$select sluice.define('fill', 'builds', pending => E'\n  stage_id is null\n  and stage <> ''a  b''\n',
    set => 'stage_id  =  1', batch_time => '24 hours', max_failed => 0.50, on_finish => array[E'analyze\n  builds'])$$,
  'define() agrees');
select is(
  public.verdict(sluice.compare_definition('fill', 'builds', pending => 'stage_id is null and stage <> ''a b''',
    set => 'stage_id = 1', batch_time => '1 day', max_failed => 0.5, on_finish => array['analyze builds'])),
  'different pending', 'white space in a string is not passed over');
select is(
  public.verdict(sluice.compare_definition('comments', 'builds', delete => true, pending => 'true')), 'missing',
  'what is not in the database is missing');
select sluice.define('comments', 'builds', delete => true, pending => E'id > 1 -- and\n and stage_id is null');
select is(
  public.verdict(sluice.compare_definition('comments', 'builds', delete => true, pending => 'id > 1 -- and and stage_id is null')),
  'different pending', 'nor is the end of a line that ends a comment');
set intervalstyle to 'iso_8601';
select is(
  public.verdict(sluice.compare_definition('fill', 'builds', pending => 'stage_id is null and stage <> ''a  b''',
    set => 'stage_id = 1', batch_time => '1 day', max_failed => 0.5, on_finish => array['analyze builds'])),
  'different IntervalStyle', 'the style of intervals is a difference by itself, and none in how an interval is written');
reset intervalstyle;

select results_eq(
  $$select d ->> 'argument', d ->> 'in_database', d ->> 'in_code'
    from jsonb_array_elements(sluice.compare_definition('fill', 'builds', pending => 'stage_id is null and stage <> ''a  b''',
      set => 'stage_id = 2', batch_time => '1 day', on_finish => array['analyze builds']) -> 'differences') as d$$,
  $$values ('max_failed', '0.5', null), ('set', 'stage_id = 1', 'stage_id = 2')$$,
  'each argument that differs is told with both values, null where it is not given');

set search_path to other, public;
select is(
  public.verdict(sluice.compare_definition('comments', 'public.builds', delete => true,
    pending => E'id > 1 -- and\n and stage_id is null')),
  'different search_path', 'names that are looked up elsewhere make another definition');
select throws_ok(
  $$select sluice.define('comments', 'public.builds', delete => true, pending => E'id > 1 -- and\n and stage_id is null')$$,
  'SL003', null, 'for define() too');
select is(
  public.verdict(sluice.compare_definition('comments', 'public.builds', delete => true,
    pending => E'id > 1 -- and\n and stage_id is null', search_path => '{public}')),
  'same', 'unless the search path is given');
select is(
  public.verdict(sluice.compare_definition('comments', 'builds', delete => true,
    pending => E'id > 1 -- and\n and stage_id is null', search_path => '{public}')),
  'different target', 'a table of the same name elsewhere is another table');
set search_path to public;

select throws_ok($$select sluice.compare_definition('fill', 'builds')$$, 'SL001', null, 'a definition without a change is none');

reset session authorization;
set session authorization another_author;
select is(
  public.verdict(sluice.compare_definition('comments', 'public.builds', delete => true,
    pending => E'id > 1 -- and\n and stage_id is null', search_path => '{public}')),
  'different', 'the definition of another role is another definition');
reset session authorization;

select set_eq('select name from sluice_internal.migration', array['fill', 'comments'], 'comparing defines nothing');

select * from finish();
