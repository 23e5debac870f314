-- What scripts/test-case needs to judge a case: psql, as author, with the variables tables, meanwhile and
-- expected, each a file.
-- The tables of the case are made three times: public, where the migration works; initial, left as it was; expected, where
-- the independent SQL works. All in one transaction, so that now() and setseed() say the same in each.

begin;
create schema checks;
create schema initial;
create schema expected;

set local search_path to initial;
\ir :tables
set local search_path to expected;
\ir :tables
set local search_path to public;
\ir :tables

-- Every change of a row, as it was before; inserted ones are only counted. A rollback takes the entry back.
create table checks.ledger (schema name, relation name, operation text, row_before jsonb);

create function checks.keep_ledger() returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  insert into checks.ledger
  values (tg_table_schema, tg_table_name, tg_op, case when tg_op <> 'INSERT' then to_jsonb(old) end);
  return null;
end
$$;

-- The tables that hold rows, each once: a partitioned one, not its partitions.
create function checks.tables(schema text) returns setof name
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select c.relname from pg_class c
  where c.relnamespace = schema::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  order by c.relname
$$;

-- Rows of one schema that the other lacks, and the other way round. A view compared_X stands for a table X that holds times
-- of the test itself.
create function checks.differences(actual text, wanted text) returns setof text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  name name;
begin
  for name in
    select coalesce(v.relname, t.name) from checks.tables(wanted) as t (name)
    left join pg_class v on v.relname = 'compared_' || t.name and v.relnamespace = wanted::regnamespace
  loop
    return query execute format(
      '(select concat(''+ %1$s '', row(a.*)) from %2$I.%1$I as a except all select concat(''+ %1$s '', row(w.*)) from %3$I.%1$I as w)'
      'union all'
      '(select concat(''- %1$s '', row(w.*)) from %3$I.%1$I as w except all select concat(''- %1$s '', row(a.*)) from %2$I.%1$I as a)',
      name, actual, wanted);
  end loop;
end
$$;

-- Changes of rows that were made twice, or in vain, or not at all.
create function checks.ledger_differences() returns setof text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with entry as (select schema, concat_ws(' ', operation, relation, row_before) as what from checks.ledger)
  (select '+ ' || what from entry where schema = 'public' except all select '+ ' || what from entry where schema = 'expected')
  union all
  (select '- ' || what from entry where schema = 'expected' except all select '- ' || what from entry where schema = 'public')
$$;

-- What a cleaned migration could have left behind.
create function checks.objects() returns setof text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select 'function ' || oid::regprocedure from pg_proc
  union all
  select format('trigger %I on %s', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
  union all
  select 'relation ' || oid::regclass from pg_class where relkind <> 'i' and relnamespace <> 'pg_toast'::regnamespace
  union all
  select 'lane ' || lane_id from sluice.lanes
  union all
  select 'schedule ' || migration from sluice.schedule
$$;

do $$
declare
  schema text;
  name name;
begin
  foreach schema in array '{public, expected}'::text[] loop
    for name in select t.name from checks.tables(schema) as t (name) loop
      execute format(
        'create trigger keep_ledger after insert or update or delete on %I.%I for each row execute function checks.keep_ledger()',
        schema, name);
    end loop;
  end loop;
end
$$;

set local search_path to expected;
\ir :meanwhile
\ir :expected
commit;
\ir procedures.sql

create table checks.object_before as select o.name from checks.objects() as o (name);
insert into checks.object_before values ('relation ' || regclass 'checks.object_before');
\connect - postgres
analyze;
