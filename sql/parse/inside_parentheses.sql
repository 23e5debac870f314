-- sluice_internal.inside_parentheses(sql): the items between the parentheses that enclose all of a piece of SQL, or of
-- row(...); of ((...)) those of the innermost. Null where no parentheses enclose it.
-- Called when:  a SET list is taken apart.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.inside_parentheses(sql text)
returns text[]
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  opens integer;
  closes integer;
  others bigint;
  inside text;
begin
  select min(t.position) filter (where t.token = '(' and t.depth = 0),
    max(t.position) filter (where t.token = ')' and t.depth = 0),
    count(*) filter (where t.depth = 0 and t.kind <> 'space' and t.token not in ('(', ')') and lower(t.token) <> 'row')
      + greatest(count(*) filter (where t.token = '(' and t.depth = 0) - 1, 0)
  into opens, closes, others
  from sluice_internal.sql_tokens(sql) as t;
  if opens is null or closes is null or others > 0 then
    return null;
  end if;

  select coalesce(string_agg(t.token, '' order by t.position), '') into inside
  from sluice_internal.sql_tokens(sql) as t
  where t.position > opens and t.position < closes;
  return coalesce(
    case when cardinality(sluice_internal.split_list(inside)) = 1
      and sluice_internal.first_word(inside) is distinct from 'row'
      then sluice_internal.inside_parentheses(inside) end,
    sluice_internal.split_list(inside));
end
$$;

comment on function sluice_internal.inside_parentheses(text) is
  'The items between the parentheses that enclose a piece of SQL, or null.';
