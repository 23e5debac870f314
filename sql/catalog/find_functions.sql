-- sluice_internal.find_functions(query, path): what a query calls, by itself and by the views that it reads: a volatile
-- function, and the view that calls it; whether it samples a table; and whether a function is called that may read
-- tables: one that is neither PostgreSQL's own nor written in C. PostgreSQL parses the query into a temporary view,
-- whose stored tree names every function; then the view is rolled back.
-- Called when:  defining, in the author's session.
-- Locks: the relations, ACCESS SHARE.  Writes: nothing that stays.
-- Raises: 42501 when the author may not create temporary tables; what PostgreSQL says of the query.

create or replace function sluice_internal.find_functions(
  query text, path text, out volatile_function text, out called_by text, out samples boolean, out reads boolean
)
returns record
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own SQL, in the author's session: @plpgsql_check_options: security_warnings = off
begin
  perform set_config('search_path', path, true);
  execute 'create temporary view sluice_predicate as ' || query;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  with recursive rules as (
    select r.oid, r.ev_class from pg_rewrite r where r.ev_class = to_regclass('pg_temp.sluice_predicate')
    union
    select r.oid, r.ev_class
    from rules u
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = u.oid and d.refclassid = 'pg_class'::regclass
    join pg_rewrite r on r.ev_class = d.refobjid
    join pg_class c on c.oid = r.ev_class and c.relkind = 'v'),
  trees as (
    select u.ev_class, r.ev_action::text as tree from rules u join pg_rewrite r on r.oid = u.oid),
  called as (
    select t.ev_class, p.oid, p.provolatile, l.lanname
    from trees t
    cross join lateral regexp_matches(t.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([0-9]+)', 'g') as m (oids)
    join pg_proc p on p.oid = m.oids[1]::oid
    join pg_language l on l.oid = p.prolang)
  select v.name, v.called_by, exists (select from trees t where t.tree ~ ':tablesample [{]'),
    exists (select from called c where c.lanname not in ('internal', 'c'))
  into volatile_function, called_by, samples, reads
  from (values (1)) as one (row)
  left join lateral (
    select c.oid::regprocedure::text as name,
      case when c.ev_class <> to_regclass('pg_temp.sluice_predicate') then c.ev_class::regclass::text end as called_by
    from called c
    where c.provolatile = 'v'
    limit 1) as v on true;
  raise exception using errcode = 'SL090', message = 'rolled back on purpose';
exception when sqlstate 'SL090' then
  null;
end
$$;

comment on function sluice_internal.find_functions(text, text) is
  'Finds the volatile functions that a query calls, its views too, and whether a function may read tables; leaves '
  'nothing behind.';
