-- sluice_internal.split_assignments(set): the assignments of a SET list, one a column: its name, and the expression
-- that is assigned.
--
--   a = x                        a: x
--   (a, b) = row(x, y)           a: x;  b: y
--   (a, b) = (select x, y ...)   a: (select q.c1 from (select x, y ...) as q (c1, c2));  b: the same with q.c2
--
-- The expression is null where the assignment cannot be taken apart: = default, an element or field of a column,
-- row(x.*).
-- Called when:  defining and planning; when a capture trigger is made.
-- Locks, writes: nothing.  Raises: nothing; what is no SET list gives no rows, or rows without a name.

create or replace function sluice_internal.split_assignments(set text)
returns table (column_name text, expression text)
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  item text;
  equals_at integer;
  assigned text;
  columns text[];
  expressions text[];
  part record;
begin
  foreach item in array coalesce(sluice_internal.split_list(set), '{}') loop
    select min(t.position) into equals_at
    from sluice_internal.sql_tokens(item) as t where t.kind = 'operator' and t.token = '=' and t.depth = 0;
    continue when equals_at is null;
    select string_agg(t.token, '' order by t.position) filter (where t.position < equals_at),
      string_agg(t.token, '' order by t.position) filter (where t.position > equals_at)
    into assigned, expression
    from sluice_internal.sql_tokens(item) as t;

    columns := sluice_internal.inside_parentheses(assigned);
    if columns is null then
      columns := array[assigned];
      expressions := array[expression];
    else
      expressions := sluice_internal.inside_parentheses(expression);
      if sluice_internal.first_word(expressions[1]) in ('select', 'with', 'values', 'table') then
        select array_agg(format(E'(select q.c%s from (%s\n) as q (%s))', c.position, array_to_string(expressions, ','),
          (select string_agg('c' || n, ', ') from generate_series(1, cardinality(columns)) as n)) order by c.position)
        into expressions
        from unnest(columns) with ordinality as c (name, position);
      elsif cardinality(expressions) <> cardinality(columns) then
        expressions := null;
      end if;
    end if;

    for part in select c.name, c.position from unnest(columns) with ordinality as c (name, position) loop
      select max(case t.kind
          when 'word' then lower(t.token)
          when 'name' then replace(substr(t.token, 2, length(t.token) - 2), '""', '"')
        end) filter (where t.number = 1),
        case when max(t.number) = 1 and not bool_or(t.token ~* '^u&') then expressions[part.position] end
      into column_name, expression
      from (
        select s.kind, s.token, row_number() over (order by s.position) as number
        from sluice_internal.sql_tokens(part.name) as s
        where s.kind <> 'space') as t;
      if sluice_internal.first_word(expression) = 'default' then
        expression := null;
      end if;
      return next;
    end loop;
  end loop;
end
$$;

comment on function sluice_internal.split_assignments(text) is
  'The columns that a SET list assigns, each with its expression, or null where it has none of its own.';
