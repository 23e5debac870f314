-- sluice.find_volatile_function(relation, alias, predicate, path): the first volatile function a predicate calls, or null.
-- PostgreSQL parses the predicate into a temporary view, whose stored tree names every function; then the view is rolled back.
-- Called when:  defining, in the author's session.
-- Locks: the relation, ACCESS SHARE.  Writes: nothing that stays.
-- Raises: 42501 when the author may not create temporary tables.

create or replace function sluice.find_volatile_function(relation regclass, alias text, predicate text, path text)
returns text
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  found_function text;
begin
  begin
    perform set_config('search_path', path, true);
    execute format(
      E'create temporary view sluice_predicate as select 1 as one from only %s as %s where (%s\n)',
      relation, alias, predicate);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    select p.oid::regprocedure::text
    into found_function
    from pg_rewrite r
    cross join lateral regexp_matches(r.ev_action::text, ':(?:funcid|opfuncid) (\d+)', 'g') as m (oids)
    join pg_proc p on p.oid = m.oids[1]::oid
    where r.ev_class = to_regclass('pg_temp.sluice_predicate') and p.provolatile = 'v'
    limit 1;
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;
  return found_function;
end
$$;

comment on function sluice.find_volatile_function(regclass, text, text, text) is
  'The first volatile function that a predicate calls, or null; leaves nothing behind.';
