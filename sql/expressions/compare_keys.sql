-- sluice_internal.compare_keys(key, sign, these, those, may_be_bare): the SQL condition that these key values are
-- before (<), after (>), up to (<=) or equal to (=) those, by the key's own operators. these and those are expressions,
-- one a column. Of several columns it is a comparison of rows, which an index serves. A row's comparison has one
-- operator: where the columns' operators lie in different schemas, it can only be written bare, in functions that have
-- these schemas, and no others, on their search path (key_path); and where their names differ, the comparison is
-- written out column by column, and the index serves the first column alone.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.compare_keys(
  key sluice_internal.key_column[], sign text, these text[], those text[], may_be_bare boolean default false
)
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  columns constant integer := cardinality(key);
  -- by column: the operator, its strict form, and for the last resort the one that is not
  names text[] := array[]::text[];
  strict_names text[] := array[]::text[];
  loose_name text := case when sign like '<%' then key[1].less_or_equal else key[1].greater_or_equal end;
  are_same boolean := true;
  are_bare boolean := may_be_bare;
  condition text;
begin
  for i in 1 .. columns loop
    strict_names := strict_names || case when sign like '<%' then key[i].less else key[i].greater end;
    names := names || case sign
      when '<' then key[i].less when '<=' then key[i].less_or_equal when '>' then key[i].greater else key[i].equal end;
    are_same := are_same and names[i] = names[1];
    are_bare := are_bare and names[i] like 'operator(%.' || sign || ')';
  end loop;

  if sign = '=' then
    for i in 1 .. columns loop
      condition := concat_ws(' and ', condition, format('%s %s %s', these[i], names[i], those[i]));
    end loop;
    return condition;
  elsif columns = 1 then
    return format('%s %s %s', these[1], names[1], those[1]);
  elsif are_same then
    return format('row(%s) %s row(%s)', array_to_string(these, ', '), names[1], array_to_string(those, ', '));
  elsif are_bare then
    return format('row(%s) %s row(%s)', array_to_string(these, ', '), sign, array_to_string(those, ', '));
  end if;

  for i in reverse columns..1 loop
    condition := case
      when condition is null then format('%s %s %s', these[i], names[i], those[i])
      else format('%1$s %2$s %3$s or %1$s %4$s %3$s and (%5$s)', these[i], strict_names[i], those[i], key[i].equal,
        condition)
    end;
  end loop;
  return format('(%s %s %s and (%s))', these[1], loose_name, those[1], condition);
end
$$;

comment on function sluice_internal.compare_keys(sluice_internal.key_column[], text, text[], text[], boolean) is
  'The condition that one key is before, after, up to or equal to another, by the operators of the key''s index.';
