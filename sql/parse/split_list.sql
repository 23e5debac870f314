-- sluice_internal.split_list(sql): the items of a list, split at the commas that stand outside of parentheses, strings
-- and comments.
-- Called when:  a SET list is taken apart.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.split_list(sql text)
returns text[]
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select array_agg(i.item order by i.number)
  from (
    select n.number, string_agg(case when n.is_comma then '' else n.token end, '' order by n.position) as item
    from (
      select t.position, t.token, t.token = ',' and t.depth = 0 as is_comma,
        count(*) filter (where t.token = ',' and t.depth = 0) over (order by t.position) as number
      from sluice_internal.sql_tokens(sql) as t) as n
    group by n.number) as i
$$;

comment on function sluice_internal.split_list(text) is 'The items of a list in SQL, split at its own commas.';
