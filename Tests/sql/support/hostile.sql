-- A database as unfriendly as real ones: scripts/test-sql --hostile runs this in the template, before Sluice is installed.
--
-- In public, where an author's search path finds them, there are operators, casts, functions and aggregates for pairs of
-- built-in types for which pg_catalog has none: PostgreSQL prefers such an exact match, in whatever schema of the path it
-- is. They answer what pg_catalog would, and each writes down in the server's log when it was called by a function of
-- Sluice. An event trigger audits DDL.

set search_path to pg_catalog;

create schema planted;
grant usage on schema planted to public;

-- Writes down who called, unless that is code of a test: decided by the innermost function that is none of ours. In a database
-- where planted.by_programs is on, also what statements of Sluice's programs call.
create function planted.record(what text, context text) returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  frame text[] := regexp_match(context, '\n(PL/pgSQL|SQL) function "?([^\n]*)');
  program text := current_setting('application_name');
begin
  if frame is null then
    if program like 'sluice%' and current_setting('planted.by_programs', true) = 'on' then
      raise log 'planted: % was called by a statement of %', what, program;
    end if;
  elsif frame[1] = 'PL/pgSQL' and frame[2] ~ '^(sluice[a-z_]*\.|zz_sluice|[^ (]*\.zz_sluice)'
    or frame[1] = 'SQL' and exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname like 'sluice%' and p.proname = split_part(frame[2], '"', 1))
  then
    raise log 'planted: % was called by %', what, replace(context, e'\n', ' | ');
  end if;
end
$$;

-- plant(NAME, ARGUMENTS, RESULT, EXPRESSION, WHAT): a function that answers the expression, over $1 and $2; what is written down.
create function planted.plant(name text, arguments text, result text, expression text, what text default null) returns void
language plpgsql
as $body$
begin
  execute format($f$
    create function public.%I(%s) returns %s language plpgsql immutable as $planted$
    declare context text;
    begin
      get diagnostics context = pg_context;
      perform planted.record(%L, context);
      return %s;
    end
    $planted$ $f$, name, arguments, result, coalesce(what, format('%s(%s)', name, arguments)), expression);
end
$body$;

-- What pg_catalog says of an expression over nulls of these types: the type of its answer, or null.
create function planted.answer(expression text) returns text
language plpgsql
set search_path to pg_catalog
as $$
declare
  answer text;
begin
  execute format('select pg_typeof(%s)::text', expression) into answer;
  return answer;
exception when others then
  return null;
end
$$;

create table planted.type (name text);
insert into planted.type
values ('smallint'), ('integer'), ('bigint'), ('real'), ('double precision'), ('numeric'), ('text'), ('character varying'),
  ('character'), ('name'), ('"char"'), ('boolean'), ('date'), ('timestamp'), ('timestamptz'), ('interval'), ('uuid'),
  ('bytea'), ('jsonb'), ('oid'), ('regclass'), ('tid'), ('xid8'), ('text[]'), ('name[]'), ('integer[]');

do $$
declare
  pair record;
  answer text;
  number integer := 0;
begin
  for pair in
    select o.name as operator, a.name as a, b.name as b
    from unnest('{=,<>,<,<=,>,>=,+,-,*,/,%,||,&,|,<<,@>,<@,&&,~~,~,->,->>,?}'::text[]) as o (name), planted.type a, planted.type b
    where (o.name in ('=', '<>', '<', '<=', '>', '>=', '||')
        or o.name in ('+', '-', '*', '/', '%') and a.name in ('smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric',
          'date', 'timestamp', 'timestamptz', 'interval', 'text')
        or a.name in ('text', 'character varying', 'name', 'jsonb', 'text[]', 'name[]', 'integer', 'integer[]'))
      and not exists (select from pg_operator p
        where p.oprnamespace = 'pg_catalog'::regnamespace and p.oprname = o.name
          and p.oprleft = a.name::regtype and p.oprright = b.name::regtype)
  loop
    answer := planted.answer(format('null::%s operator(pg_catalog.%s) null::%s', pair.a, pair.operator, pair.b));
    -- a literal beside such a value would be taken for one of its type
    continue when answer is null and pair.a = pair.b;
    number := number + 1;
    perform planted.plant('planted_' || number, format('%s, %s', pair.a, pair.b), coalesce(answer, 'boolean'),
      case when answer is null then 'true' else format('$1 operator(pg_catalog.%s) $2', pair.operator) end,
      concat_ws(' ', pair.a, pair.operator, pair.b));
    execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.planted_%s)',
      pair.operator, pair.a, pair.b, number);
  end loop;
end
$$;

-- Functions of pg_catalog with one or two arguments, for argument types that it takes only by a cast or as anyelement.
do $$
declare
  candidate record;
  answer text;
begin
  for candidate in
    with called as (
      select distinct p.proname as name, p.pronargs as arguments
      from pg_proc p
      where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and not p.proretset and p.provolatile <> 'v'
        and p.pronargs between 1 and 2
        and p.proname in ('abs', 'array_append', 'array_length', 'array_lower', 'array_position', 'array_prepend', 'array_remove',
          'array_to_string', 'array_upper', 'btrim', 'cardinality', 'ceil', 'concat', 'concat_ws', 'date_trunc', 'exp', 'floor',
          'format', 'format_type', 'greatest', 'hashtext', 'isfinite', 'jsonb_build_object', 'left', 'length', 'ln', 'lower', 'md5',
          'mod', 'num_nulls', 'obj_description', 'octet_length', 'power', 'quote_ident', 'quote_literal', 'quote_nullable', 'repeat',
          'replace', 'round', 'row_to_json', 'split_part', 'starts_with', 'strpos', 'substr', 'substring', 'to_char', 'to_jsonb',
          'to_regclass', 'to_regrole', 'to_regtype', 'to_timestamp', 'trunc', 'upper', 'hashint8', 'pg_typeof', 'string_to_array',
          'has_table_privilege', 'has_schema_privilege', 'pg_get_expr', 'pg_get_functiondef', 'pg_relation_size', 'sqrt', 'age'))
    select c.name, a.name as a, null as b from called c, planted.type a where c.arguments = 1
    union
    select c.name, a.name, b.name from called c, planted.type a, planted.type b
    where c.arguments = 2 and b.name in ('text', 'character varying', 'name', 'integer', 'bigint', 'numeric', 'text[]', 'name[]')
  loop
    continue when to_regprocedure(format('pg_catalog.%I(%s)', candidate.name, concat_ws(', ', candidate.a, candidate.b))) is not null;
    answer := planted.answer(format('pg_catalog.%I(null::%s%s)', candidate.name, candidate.a, ', null::' || candidate.b));
    continue when answer is null;
    perform planted.plant(candidate.name, concat_ws(', ', candidate.a, candidate.b), answer,
      format('pg_catalog.%I($1%s)', candidate.name, case when candidate.b is not null then ', $2' end));
  end loop;
end
$$;

-- Aggregates: over the values gathered, what pg_catalog's says.
do $$
declare
  candidate record;
  answer text;
begin
  for candidate in
    select a.name, t.name as type, t.name || '[]' as gathered
    from unnest('{count,min,max,sum,avg,array_agg,jsonb_agg,bool_and,bool_or}'::text[]) as a (name),
      unnest('{smallint,integer,bigint,real,numeric,text,character varying,name,boolean,date,timestamptz,interval,oid}'::text[]) as t (name)
    where to_regprocedure(format('pg_catalog.%I(%s)', a.name, t.name)) is null
  loop
    answer := planted.answer(format('(select pg_catalog.%I(x) from (select null::%s) as v (x))', candidate.name, candidate.type));
    continue when answer is null;
    perform planted.plant(format('planted_%s', candidate.name), candidate.gathered, answer,
      format('(select pg_catalog.%I(v) from pg_catalog.unnest($1) as v)', candidate.name),
      format('%s(%s)', candidate.name, candidate.type));
    execute format('create aggregate public.%I(%s) (sfunc = pg_catalog.array_append, stype = %s, finalfunc = public.planted_%s, '
      'initcond = ''{}'')', candidate.name, candidate.type, candidate.gathered, candidate.name);
  end loop;
end
$$;

-- Casts where there is none. A cast belongs to no schema: so there is none here to or from text, which would replace the
-- conversion of every value to text, in every schema and with every search path; only a superuser can do that.
do $$
declare
  pair record;
  number integer := 0;
begin
  for pair in
    select a.name as a, b.name as b from planted.type a, planted.type b
    where a.name <> b.name and a.name !~ '^(text|character|character varying|name|"char"|.*\[\])$'
      and b.name !~ '^(text|character|character varying|name|"char"|.*\[\])$'
      and not exists (select from pg_cast c where c.castsource = a.name::regtype and c.casttarget = b.name::regtype)
  loop
    number := number + 1;
    perform planted.plant('planted_cast_' || number, pair.a, pair.b, 'null');
    execute format('create cast (%s as %s) with function public.planted_cast_%s(%s) as assignment', pair.a, pair.b, number, pair.a);
  end loop;
end
$$;

-- Names that Sluice uses, too.
create function public.run(bigint) returns text language sql as 'select null::text';
create function public.claim(text) returns text language sql as 'select null::text';
create function public.checkpoint(text) returns text language sql as 'select null::text';
create view public.lane as select 'none' as lane_id;
create view public.migration as select 1 as name;
create view public.batch as select 'none' as batch;
create view public.pg_class as select 1 as oid;
create view public.pg_attribute as select 1 as attrelid;

create table planted.ddl (command text, object text);
create function planted.audit() returns event_trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  insert into planted.ddl select c.command_tag, c.object_identity from pg_event_trigger_ddl_commands() c;
end
$$;
create function planted.audit_drop() returns event_trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  insert into planted.ddl select 'dropped', d.object_identity from pg_event_trigger_dropped_objects() d;
end
$$;
create event trigger planted_audit on ddl_command_end execute function planted.audit();
create event trigger planted_audit_drop on sql_drop execute function planted.audit_drop();
