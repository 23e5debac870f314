-- sluice_internal.batch_range(keys, by_page): the SQL condition for the rows in ($1, $2], as in range_condition, for
-- use beside conditions of the author's, under the author's search path. They may compare a key column, too, for
-- example with a column of the source. PostgreSQL 17 answers that wrongly where the key has several columns: with "a =
-- 5 and (a, b) > (241, 1) and (a, b) <= (261, 1)" an index scan of 17.10 finds rows in which a is not 5 (seen with 101
-- of them; 15, 16 and 18 find none). So there the rows are compared column by column: ranges within a's first value,
-- between it and the last, and within the last. Each is an arm of its own that an index serves, and those that cannot
-- be are gone once the statement is planned for its parameters. So are, on each version, keys whose columns have
-- operators of different schemas, for which there is no comparison of rows that would not depend on the search path.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_range(keys sluice_internal.key_column[], by_page boolean default false)
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  key sluice_internal.key_column;
  are_same boolean := true;
  beyond text;
  upto text;
  between_them text;
begin
  foreach key in array keys loop
    are_same := are_same and key.greater = keys[1].greater;
  end loop;
  if cardinality(keys) = 1 or are_same and current_setting('server_version_num')::integer / 10000 <> 17 then
    return sluice_internal.range_condition(keys, by_page);
  end if;

  for i in reverse cardinality(keys)..1 loop
    key := keys[i];
    if between_them is null then
      between_them := format('%1$s %4$s %2$s and %1$s %5$s %3$s', key.expression, key.lower, key.upper, key.greater,
        key.less_or_equal);
      beyond := format('%s %s %s', key.expression, key.greater, key.lower);
      upto := format('%s %s %s', key.expression, key.less_or_equal, key.upper);
    else
      between_them := format(
        '%2$s %7$s %3$s and %1$s %7$s %2$s and (%4$s) or %2$s %8$s %3$s and %1$s %7$s %2$s and (%5$s) '
        'or %1$s %9$s %2$s and %1$s %8$s %3$s or %2$s %8$s %3$s and %1$s %7$s %3$s and (%6$s)',
        key.expression, key.lower, key.upper, between_them, beyond, upto, key.equal, key.less, key.greater);
      beyond := format('%1$s %4$s %2$s or %1$s %5$s %2$s and (%3$s)', key.expression, key.lower, beyond, key.greater,
        key.equal);
      upto := format('%1$s %4$s %2$s or %1$s %5$s %2$s and (%3$s)', key.expression, key.upper, upto, key.less,
        key.equal);
    end if;
  end loop;
  return format(
    '($1 is null and $2 is null or $1 is null and (%s) or $2 is null and (%s) or $1 is not null and $2 is not null '
    'and (%s))',
    upto, beyond, between_them);
end
$$;

comment on function sluice_internal.batch_range(sluice_internal.key_column[], boolean) is
  'The condition that selects the rows of a range ($1, $2] of the key beside conditions of the author''s.';
