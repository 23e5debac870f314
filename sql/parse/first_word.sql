-- sluice_internal.first_word(sql): what a piece of SQL begins with, behind comments, if that is an unquoted word; in
-- lower case.
-- Called when:  a SET list is taken apart.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.first_word(sql text)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case when f.kind = 'word' then lower(f.token) end
  from (
    select t.kind, t.token from sluice_internal.sql_tokens(sql) as t
    where t.kind <> 'space'
    order by t.position
    limit 1) as f
$$;

comment on function sluice_internal.first_word(text) is
  'The word with which a piece of SQL begins, in lower case; null for anything else.';
