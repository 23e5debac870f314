-- sluice_internal.check_syntax(statement): whether PostgreSQL can parse a statement, of any kind; it is neither
-- analyzed nor executed. It becomes the body of a temporary SQL function, which is rolled back. Of one with a
-- polymorphic argument the body is parsed and no more: so the statement may name what is not there yet, and may be one
-- that no function can execute.
-- Called when:  defining, in the author's session.
-- Locks: nothing.  Writes: nothing that stays.
-- Raises: 42601, or whatever else PostgreSQL's parser says; 42501 when the author may not create temporary objects.

create or replace function sluice_internal.check_syntax(statement text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
set check_function_bodies to on
as $$
-- the author's own statement, as a literal: @plpgsql_check_options: security_warnings = off
begin
  execute format('create function pg_temp.sluice_statement(anyelement) returns void language sql as %L', statement);
  raise exception using errcode = 'SL090', message = 'rolled back on purpose';
exception when sqlstate 'SL090' then
  null;
end
$$;

comment on function sluice_internal.check_syntax(text) is
  'Raises what PostgreSQL''s parser says of a statement; leaves nothing behind.';
