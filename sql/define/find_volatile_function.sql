-- sluice.find_volatile_function(relations, alias, predicate, path): the first volatile function a predicate calls over one of the
-- relations, or null. Each is looked at, because the row of each has a type of its own, for which there may be a function of its own.
-- PostgreSQL parses the predicate into a temporary view, whose stored tree names every function; then the view is rolled back.
-- A view has a hundred relations: its making costs more than what is in it.
-- Called when:  defining, in the author's session.
-- Locks: the relations, ACCESS SHARE.  Writes: nothing that stays.
-- Raises: 42501 when the author may not create temporary tables.

create or replace function sluice.find_volatile_function(relations regclass[], alias text, predicate text, path text)
returns text
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  query text;
  found_function text;
begin
  for i in 1 .. cardinality(relations) by 100 loop
    select string_agg(
      format(E'select 1 as one from only %s as %s where (%s\n)', r.relation, alias, predicate), E'\nunion all\n')
    into query
    from unnest(relations[i : i + 99]) as r (relation);
    begin
      perform set_config('search_path', path, true);
      execute 'create temporary view sluice_predicate as ' || query;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
      select p.oid::regprocedure::text
      into found_function
      from pg_rewrite r
      cross join lateral regexp_matches(r.ev_action::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') as m (oids)
      join pg_proc p on p.oid = m.oids[1]::oid
      where r.ev_class = to_regclass('pg_temp.sluice_predicate') and p.provolatile = 'v'
      limit 1;
      raise exception using errcode = 'SL090', message = 'rolled back on purpose';
    exception when sqlstate 'SL090' then
      null;
    end;
    exit when found_function is not null;
  end loop;
  return found_function;
end
$$;

comment on function sluice.find_volatile_function(regclass[], text, text, text) is
  'The first volatile function that a predicate calls, or null; leaves nothing behind.';
