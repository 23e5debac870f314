-- define() accepts what can be run, and says of everything else what is wrong with it.

select no_plan();

select sluice.grant_author('author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
grant create on schema public to author;
set session authorization author;

create table builds (id bigint primary key, pipeline_id integer, stage text, stage_id integer, project_id integer);
create table stages (id integer primary key, pipeline_id integer, name text, project_id integer);
create table keyless (payload text, day date);
create table loose (a integer, b integer);
create index on loose (a);
create view some_view as select * from builds;
create temporary table fleeting (id integer primary key);
create function hint_of(statement text) returns text language plpgsql as $$
declare
  hint text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics hint = pg_exception_hint;
  return hint;
end
$$;

-- what is accepted

select is(
  sluice.define('good', 'builds', pending => 'stage_id is null', set => 'stage_id = s.id', source => 'public.stages s',
    match => 's.pipeline_id = builds.pipeline_id and s.name = builds.stage'),
  'good', 'an update that joins a source is accepted');
select lives_ok(
  $$select sluice.define('good', 'builds', pending => 'stage_id is null', set => 'stage_id = s.id',
    source => 'public.stages s', match => 's.pipeline_id = builds.pipeline_id and s.name = builds.stage')$$,
  'the same definition again is a no-op');
select lives_ok(
  $$select sluice.define('shared_names', 'builds', pending => 'project_id is null', set => 'project_id = s.project_id',
    source => 'stages s', match => 's.id = builds.stage_id')$$,
  'pending speaks of the target, also where the source has a column of the same name');
select lives_ok(
  $$select sluice.define('questions', 'builds', pending => $p$to_jsonb(stage) ? 'a' -- with an operator and a comment$p$,
    set => $s$stage = 'it''s'$s$)$$,
  'operators with a question mark, quotes and comments pass through');
select lives_ok(
  $$select sluice.define('several', 'builds', statements => array[
    'with old as (select id from batch) insert into stages (id) select id from old on conflict do nothing returning id',
    '/* then */ delete from stages using batch where stages.id = batch.id',
    'select max(id) from batch',
    'merge into stages using batch on stages.id = batch.id when matched then do nothing',
    'with recursive up (id) as (select id from batch union select id + 1 from up where id < 3) select from up'])$$,
  'statements of any kind see the relation batch');
select lives_ok(
  $$select sluice.define('by_blocks', 'keyless', pending => 'day is null', set => 'day = payload::date', walk => 'blocks')$$,
  'a table without a key is walked by blocks');
select lives_ok(
  $$select sluice.define('nullable_but_excluded', 'loose', pending => 'a > 5 and b is null', set => 'b = 1', key => '{a}')$$,
  'a nullable key is accepted when pending excludes null');
select lives_ok(
  $$select sluice.define('finishing', 'builds', delete => true, on_finish => array[
    'create table later (id integer);', 'create index concurrently later_id on later (id)', 'vacuum later',
    'alter table later add column n integer; alter table later drop column n',
    'create function later() returns integer language plpgsql as $f$ begin return 1; end $f$',
    'do $f$ begin if true then perform later(); end if; end $f$', 'drop table if exists later'])$$,
  'statements of on_finish may name what is not there yet, and run where no transaction may be');
select hasnt_table('later', 'none of them is executed');

-- what is refused

select throws_ok($$select sluice.define('Bad Name', 'builds', delete => true)$$, 'SL001', null, 'a name has a form');
select throws_ok($$select sluice.define('nothing', 'builds')$$, 'SL001', null, 'a definition says what to do');
select throws_ok($$select sluice.define('both', 'builds', set => 'stage_id = 1', delete => true)$$, 'SL001', null,
  'a definition says one thing to do');
select throws_ok($$select sluice.define('half', 'builds', set => 'stage_id = 1', source => 'stages s')$$, 'SL001', null,
  'source and match belong together');
select throws_ok($$select sluice.define('joined', 'builds', statements => array['select 1'], source => 's', match => 'true')$$,
  'SL001', null, 'statements join for themselves');
select throws_ok($$select sluice.define('empty', 'builds', statements => '{}')$$, 'SL001', null, 'no statement is no migration');
select matches(public.hint_of($$select sluice.define('other', 'builds', statements => array['truncate builds'])$$),
  'INSERT, UPDATE, DELETE, MERGE or SELECT', 'of a statement that can have no batch the hint says which can');
select throws_ok($$select sluice.define('lost', 'no_such_table', delete => true)$$, '42P01', null, 'the target exists');
select throws_ok($$select sluice.define('viewed', 'some_view', delete => true)$$, 'SL001', null, 'a view is no target');
select throws_ok($$select sluice.define('fleeting', 'fleeting', delete => true)$$, 'SL001', null,
  'a temporary table is no target');
select throws_ok($$select sluice.define('system', 'pg_class', delete => true)$$, 'SL001', null, 'a system table is no target');
select throws_like($$select sluice.define('typo', 'builds', pending => 'stag_id is null', set => 'stage_id = 1')$$,
  'migration "typo", pending: column "stag_id" does not exist', 'an unknown column in pending is named');
select throws_ok($$select sluice.define('typo', 'builds', pending => 'stage_id is null', set => 'stag_id = 1')$$, '42703',
  null, 'an unknown column in set is refused with PostgreSQL''s own code');
select throws_ok($$select sluice.define('syntax', 'builds', pending => 'stage_id is', set => 'stage_id = 1')$$, '42601', null,
  'a predicate that does not parse is refused');
select throws_ok($$select sluice.define('typed', 'builds', pending => 'stage_id', set => 'stage_id = 1')$$, '42804', null,
  'a predicate is boolean');
create table victim as select 1 as n;
select throws_ok(format($$select sluice.define('two', 'builds', %s)$$, d.arguments), '42601', null, 'a second statement is refused in ' || d.part)
from (values
  ('pending', $$pending => 'true); drop table victim; select (true', set => 'stage_id = 1'$$),
  ('set', $$set => 'stage_id = 1; drop table victim; update builds set stage_id = 1'$$),
  ('a match', $$set => 'stage_id = 1', source => 'victim', match => 'true; drop table victim; select 1'$$),
  ('delete', $$delete => true, pending => 'true; drop table victim; select 1'$$),
  ('statements', $$statements => array['update builds b set stage_id = 1 from batch where batch.id = b.id; drop table victim']$$)
) as d (part, arguments);
select is((select count(*) from victim), 1::bigint, 'and none of it was executed');
create table brackets (id integer primary key, v integer, n integer[], "odd ) name" text);
select throws_ok(format($$select sluice.define('pieces', 'brackets', %s)$$, d.arguments), '42601',
  format('migration "pieces", %s: "%s" closes what was not opened', d.part, d.token), 'a piece that closes what another opens is refused: ' || d.part)
from (values
  ('pending', ')', $$pending => 'v is null) or (id = 4', set => 'v = 1'$$),
  ('pending', ')', $$pending => 'v is null) or (id = 4', delete => true$$),
  ('pending', ')', $$pending => 'v is null /* ( */) or (true', handler => 'h'$$),
  ('pending', ')', $$pending => '''('' is null) or (id = 4', delete => true$$),
  ('pending', ')', E'pending => ''v is null -- (\r) or (true'', delete => true'),
  ('pending', ')', E'pending => $p$E''a''\n''\\'''' <> ''(''$p$ || '') or (true'', delete => true'),
  ('match', ')', $$set => 'v = 1, n = s.n', source => 'brackets s', match => 's.id = brackets.id) or (brackets.id = 4 and s.id = 4'$$),
  ('match', ')', $$delete => true, source => 'brackets s', match => 's.id = brackets.id) or (s.id = 4'$$),
  ('source', ')', $$set => 'v = 1', source => 'brackets s where (true) or s.id in (select 1)) and (true', match => 'true'$$),
  ('set', ')', $$set => 'v = 1) where (true'$$),
  ('set', ']', $$set => 'v = n[1]]'$$),
  ('statements: statement 2', ')', $$statements => array['select from batch', 'select from batch where true) and (true']$$)
) as d (part, token, arguments);
select isnt(hint_of($$select sluice.define('pieces', 'brackets', pending => 'v is null) or (id = 4', set => 'v = 1')$$), null,
  'with a hint');
select lives_ok($define$select sluice.define('pieces', 'brackets', set => 'v = (n)[1]',
  pending => $p$("odd ) name") <> ')' and $a$)$a$ <> E'\')'
    '\'x)' and n[(1)] is null /* ) /* ) */ ) */ and (v is null) -- )$p$)$define$,
  'parentheses in literals, names and comments are none');
select sluice.forget('pieces');
set standard_conforming_strings to off;
select throws_like(E'select sluice.define(''escaped'', ''brackets'', set => ''v = 1'', pending => $$"odd ) name" = ''\\'') or (true or ''$$)',
  '%a backslash stands before a quote in a literal', 'a literal that ends elsewhere where a backslash escapes is refused');
select lives_ok(E'select sluice.define(''escaped'', ''brackets'', set => ''v = 1'', pending => $$"odd ) name" ~ ''^\\\\d'' and v is null$$)',
  'one that ends at the same place is not');
select sluice.forget('escaped');
reset standard_conforming_strings;
drop table brackets;
select throws_ok($$select sluice.define('unfinished', 'builds', delete => true, on_finish => array[
    'analyze builds', 'creat index builds_stage on builds (stage)'])$$, '42601',
  'migration "unfinished", on_finish: statement 2: syntax error at or near "creat"', 'a statement of on_finish that does not parse is refused');
select throws_ok($$select sluice.define('unfinished', 'builds', delete => true, on_finish => array['select ''left open'])$$, '42601',
  null, 'one whose quotes are left open, too');
select throws_ok($$select sluice.define('unfinished', 'builds', delete => true, on_finish => array[null]::text[])$$, 'SL001',
  'migration "unfinished", on_finish: statement 1 is null', 'and none at all');
select is_empty($$select from pg_proc where proname = 'sluice_statement'$$, 'to parse them leaves no function behind');
select throws_ok($$select sluice.define('volatile', 'builds', pending => 'random() < 0.5', delete => true)$$, 'SL005', null,
  'a volatile function in pending is refused');
select throws_ok($$select sluice.define('clock', 'builds', pending => 'id > extract(epoch from clock_timestamp())', delete => true)$$,
  'SL005', null, 'clock_timestamp() too');
create view guessed as select b.id, random() as r from builds b;
create view guessed_too as select g.id from guessed g where g.r > 0.5;
create view sampled as select b.id from builds b tablesample bernoulli (10) repeatable (1);
select throws_ok($$select sluice.define('viewed', 'builds', delete => true,
    pending => 'exists (select from guessed_too g where g.id = builds.id)')$$, 'SL005',
  'migration "viewed", pending: function random() is volatile', 'one that a view of a view calls');
select throws_ok(format('select sluice.define(''sampled'', ''builds'', delete => true, pending => ''id in (select id from %s)'')', q), 'SL005',
  'migration "sampled", pending: a table is sampled', 'and a sample: ' || q)
from unnest('{sampled,builds tablesample system (10)}'::text[]) as q;
drop view guessed_too, guessed, sampled;
select throws_ok(format('select sluice.define(''numbered'', ''builds'', %s)', d.arguments), '42P02',
  format('migration "numbered", %s: there is no parameter $%s', d.part, d.number), format('a parameter is refused in %s', d.part))
from (values ('pending', 1, $a$pending => 'id > $1[1]', delete => true$a$), ('set', 3, $a$set => 'stage_id=$3'$a$),
  ('source', 4, $a$set => 'stage_id = 1', source => '(select $4) as s', match => 'true'$a$),
  ('match', 2, $a$set => 'stage_id = 1', source => 'builds as s', match => 's.id > $2'$a$),
  ('statements: statement 2', 5, $a$statements => array['select from batch', 'select $5 from batch']$a$)) as d (part, number, arguments);
select lives_ok($define$select sluice.define('numbered', 'builds', pending => $$stage <> '$1' and stage <> $a$ $2 $a$ /* $3 */$$,
  delete => true)$define$, 'in literals and comments it is none');
select sluice.forget('numbered');
select is(public.hint_of($$select sluice.define('missing', 'builds', set => 'stage_no = 1')$$),
  'What set assigns must be there: alter table builds add column ...;',
  'a column that set assigns and the table lacks is to be added');
select is(public.hint_of($$select sluice.define('unknown', 'builds', pending => 'b.stage is null', set => 'stage_id = 1')$$),
  'A column of the target is builds.column; a table without a schema is looked for in public.',
  'what a name means is said where a name is not known');
select is(public.hint_of($$select sluice.define('typed', 'builds', pending => 'id = ''abc''', set => 'stage_id = 1')$$),
  'Correct it and define it again; nothing was stored.', 'and nowhere else');
create table many (id integer primary key, n integer) partition by list (id);
do $$ begin for i in 1 .. 101 loop execute format('create table many_%1$s partition of many for values in (%1$s)', i); end loop; end $$;
create function is_due(many) returns boolean language sql stable as 'select true';
select lives_ok($$select sluice.define('many', 'many', pending => 'is_due(many)', delete => true)$$,
  'a stable function of the whole row is accepted for all partitions');
create function is_due(many_101) returns boolean language sql volatile as 'select true';
select throws_ok($$select sluice.define('one_of_many', 'many', pending => 'is_due(many)', delete => true)$$, 'SL005',
  'migration "one_of_many", pending: function public.is_due(public.many_101) is volatile',
  'one that is volatile for the rows of the last partition alone is found');
select lives_ok($$select sluice.define('stable', 'builds', pending => 'id > extract(epoch from now())', delete => true)$$,
  'now() is stable and accepted');
select throws_ok($$select sluice.define('no_key', 'keyless', delete => true)$$, 'SL004', null, 'a walk needs a key');
select throws_ok($$select sluice.define('no_index', 'loose', key => '{b}', pending => 'b > 1', delete => true)$$, 'SL004', null,
  'a key needs an index');
select throws_ok($$select sluice.define('nullable', 'loose', key => '{a}', pending => 'b > 1', delete => true)$$, 'SL004', null,
  'a key that may be null is refused');
select throws_ok($$select sluice.define('bad_key', 'loose', key => '{c}', pending => 'b > 1', delete => true)$$, '42703', null,
  'an unknown key column is refused');
select throws_ok($$select sluice.define('unproved', 'keyless', set => 'day = now()', walk => 'blocks')$$, 'SL001', null,
  'a walk by blocks needs a predicate');
select throws_ok($$select sluice.define('sideways', 'builds', delete => true, walk => 'sideways')$$, 'SL001',
  'migration "sideways", walk: sideways violates "walk_is_known"', 'an unknown walk is refused');
select throws_ok($$select sluice.define('nowhere', 'builds', delete => true, walk => null)$$, 'SL001',
  'migration "nowhere", walk: cannot be null', 'no walk too');
select throws_ok($$select sluice.define('unsaid', 'builds', delete => true, pending => null)$$, 'SL001',
  'migration "unsaid", pending: cannot be null', 'a predicate that is null is refused');
select throws_ok($$select sluice.define('zero', 'builds', delete => true, max_batch => 0)$$, 'SL001',
  'migration "zero", max_batch: 0 violates "max_batch_positive"', 'a batch has at least one row');
select throws_ok($$select sluice.define('much', 'builds', delete => true, max_failed => 2)$$, 'SL001', null,
  'max_failed is a share');
select throws_ok($$select sluice.define('later', 'builds', delete => true, after => '{no_such_migration}')$$, 'SL002', null,
  'a dependency exists');
select throws_ok(
  $$select sluice.define('handled', 'builds', pending => 'stage_id is null', handler => 'stages', walk => 'striped')$$,
  'SL001', 'migration "handled" cannot use walk => striped with a handler', 'a handler is not walked in stripes');
select throws_ok(
  $$select sluice.define('handled', 'builds', pending => 'stage_id is null', handler => 'stages', capture => true)$$,
  'SL001', 'migration "handled", capture: only an update (set) can be captured, this is a handler', 'and no trigger calls it');
select throws_ok($$select sluice.define('handled', 'builds', pending => 'stage is null', handler => '')$$,
  'SL001', null, 'a handler has a name');
select throws_ok($$select sluice.define('good', 'builds', delete => true)$$, 'SL003', null,
  'a name cannot be used for another definition');

reset session authorization;
create table secret (id integer primary key);
insert into secret values (1);
set session authorization author;
select throws_ok($$select sluice.define('curious', 'secret', delete => true)$$, '42501', null,
  'what the author may not do is refused at once');
select throws_ok($$select sluice.define('peeking', 'builds', pending => 'exists (select from secret)', delete => true)$$, '42501',
  null, 'also where it hides in the predicate');

reset session authorization;
grant author to another_author;
select sluice.grant_author('another_author') from (select set_config('role', 'sluice_owner', false)) as r;
reset role;
set session authorization another_author;
set role author;
select throws_ok($$select sluice.define('masked', 'builds', delete => true)$$, 'SL007', null,
  'a definition under SET ROLE is refused, since no worker logs in that way');
reset session authorization;

create table keyed (a integer not null unique, b integer not null unique deferrable, c integer not null, d integer not null,
  unique (a, d));
create index on keyed (c);
create unique index on keyed (c) where d > 0;
select results_eq(
  $$select k.columns, sluice_internal.is_unique_key('keyed', k.columns::text[])
    from unnest(array['{a}', '{b}', '{c}', '{a,d}', '{a,c}', '{c,d}', '{ctid}']) with ordinality as k (columns, position) order by position$$,
  $$values ('{a}', true), ('{b}', false), ('{c}', false), ('{a,d}', true), ('{a,c}', true), ('{c,d}', false), ('{ctid}', true)$$,
  'a key is unique by an index of all rows that is checked at once');
drop table keyed;

select set_eq(
  'select name from sluice_internal.migration',
  array['good', 'shared_names', 'questions', 'several', 'by_blocks', 'nullable_but_excluded', 'finishing', 'stable', 'many'],
  'what was refused left nothing behind');
select is_empty(
  $$select 1 from pg_class where relname = 'sluice_predicate'$$,
  'trying a predicate leaves no view behind');

select * from finish();
