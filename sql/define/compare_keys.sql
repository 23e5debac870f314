-- sluice.compare_keys(relation, columns, sign, these, those, may_be_bare): the SQL condition that these key values are before (<),
-- after (>), up to (<=) or equal to (=) those, by the key's own operators. these and those are expressions, one a column.
-- Of several columns it is a comparison of rows, which an index serves. A row's comparison has one operator: where the columns'
-- operators lie in different schemas, it can only be written bare, in functions that have these schemas, and no others, on their
-- search path (key_path); and where their names differ, the comparison is written out column by column, and the index serves the
-- first column alone.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.compare_keys(
  relation regclass, columns text[], sign text, these text[], those text[], may_be_bare boolean default false
)
returns text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  strict_names text[];
  names text[];
  equal_names text[];
  different integer;
  condition text;
begin
  select array_agg(case when sign like '<%' then k.less else k.greater end order by k.position),
    array_agg(case sign when '<' then k.less when '<=' then k.less_or_equal when '>' then k.greater else k.equal end
      order by k.position),
    array_agg(k.equal order by k.position),
    count(distinct k.greater)
  into strict_names, names, equal_names, different
  from sluice.key_columns(relation, 'k', columns) as k;

  if sign = '=' then
    return (
      select string_agg(format('%s %s %s', these[i], equal_names[i], those[i]), ' and ' order by i)
      from generate_subscripts(columns, 1) as i);
  elsif cardinality(columns) = 1 then
    return format('%s %s %s', these[1], names[1], those[1]);
  elsif different = 1 then
    return format('row(%s) %s row(%s)', array_to_string(these, ', '), names[1], array_to_string(those, ', '));
  elsif may_be_bare and not exists (
    select from unnest(names) as n (name) where n.name not like 'operator(%.' || sign || ')')
  then
    return format('row(%s) %s row(%s)', array_to_string(these, ', '), sign, array_to_string(those, ', '));
  end if;

  for i in reverse cardinality(columns)..1 loop
    condition := case
      when condition is null then format('%s %s %s', these[i], names[i], those[i])
      else format('%1$s %2$s %3$s or %1$s %4$s %3$s and (%5$s)', these[i], strict_names[i], those[i], equal_names[i], condition)
    end;
  end loop;
  return format('(%s %s %s and (%s))', these[1],
    (select case when sign like '<%' then k.less_or_equal else k.greater_or_equal end
      from sluice.key_columns(relation, 'k', columns[:1]) as k),
    those[1], condition);
end
$$;

comment on function sluice.compare_keys(regclass, text[], text, text[], text[], boolean) is
  'The condition that one key is before, after, up to or equal to another, by the operators of the key''s index.';
