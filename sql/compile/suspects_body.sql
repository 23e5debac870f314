-- sluice_internal.suspects_body(migration, relation, alias, rows_wanted, ...): the body of a suspects_ function: where
-- the row is on which a statement failed that had changed $5 rows of the target before. It is the next one in the order
-- of a scan; a plan with another order makes it a bad guess and no more, since what is cut here is tried. Answers a
-- piece up to the key before that row, where there is one, and one for the row's key; null where nothing can be said.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.suspects_body(
  migration sluice_internal.migration, relation regclass, alias text, rows_wanted text, key sluice_internal.key_column[]
)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when migration.kind not in ('update', 'delete') then E'\nbegin\n  return null;\nend'
    else format(
      $body$
#variable_conflict use_column
declare
  suspect text[];
  before text[];
begin
  suspect := (select %1$s from only %2$s as %3$s where %4$s%5$s offset $5 limit 1);
  if suspect is null then
    return null;
  end if;
  if not (%6$s) then
    $2 := suspect;
  end if;
  %7$s
  if before is null then
    return array[row($2, 1)::sluice_internal.cut];
  end if;
  return array[row(before, 0)::sluice_internal.cut, row($2, 1)::sluice_internal.cut];
end$body$,
      format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')), relation, alias,
      rows_wanted,
      case when migration.source is not null
        then format(E' and exists (select from %s\n where %s\n)', migration.source, migration.match) end,
      sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'reading', 'suspect[%s]'),
        sluice_internal.key_list(key, 'upper')),
      case
        when migration.key_columns = '{ctid}' then
          $physical$before := array[pg_catalog.format('(%s,%s)', ltrim(split_part(suspect[1], ',', 1), '('),
    rtrim(split_part(suspect[1], ',', 2), ')')::integer - 1)];
  if before[1]::tid <= ($1)[1]::tid then
    before := null;
  end if;$physical$
        else format('before := (select %1$s from only %2$s as %3$s where %4$s and not (%5$s) order by %6$s limit 1);',
          format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')), relation, alias,
          sluice_internal.batch_range(key),
          sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'expression'),
            sluice_internal.key_list(key, 'upper')),
          array_to_string(sluice_internal.key_list(key, 'ordered'), ' desc, ') || ' desc')
      end)
  end
$$;

comment on function sluice_internal.suspects_body(sluice_internal.migration, regclass, text, text,
  sluice_internal.key_column[]) is
  'The body of the function that guesses on which row a statement failed.';
