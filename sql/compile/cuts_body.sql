-- sluice_internal.cuts_body(relation, alias, key, key_range, bound_function): the body of a cuts_ function. One scan of
-- the key's index, from $1 on; every $3rd row, up to $4 of them, ends a piece. Where the range ends before, so does the
-- last piece. Keys that are equal are one cut, however they are written, and the end of the range is written as it was
-- given. In physical order, pieces of several blocks end at every so many blocks, by statistics, without a look at the
-- rows; for smaller ones the range is first cut to about as many blocks as hold so many rows.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.cuts_body(
  relation regclass, alias text, key sluice_internal.key_column[], key_range text, bound_function text
)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
declare
  walk no scroll cursor for select %2$s from only %3$s as %4$s where %5$s order by %6$s;
  last record;
  previous record;
  passed integer;
  cuts sluice_internal.cut[] := array[]::sluice_internal.cut[];
  rows_a_block double precision;
  blocks bigint;
  block bigint;
  place text;
begin%1$s
  open walk;
  for piece in 1 .. $4 loop
    passed := 0;
    if $3 > 1 then
      move forward $3 - 1 from walk;
      get diagnostics passed = row_count;
    end if;
    fetch walk into last;
    if not found then
      cuts := cuts operator(pg_catalog.||) row($2, passed)::sluice_internal.cut;
      exit;
    end if;
    if piece > 1 then
      if %7$s then
        cuts[pg_catalog.cardinality(cuts)].rows := (cuts[pg_catalog.cardinality(cuts)]).rows + $3;
        continue;
      end if;
    end if;
    previous := last;
    cuts := cuts operator(pg_catalog.||) row(case when %8$s then $2 else array[%9$s] end, $3)::sluice_internal.cut;
  end loop;
  close walk;
  return cuts;
end$body$,
    case when key[1].ordered like '%.ctid' then format(
      $physical$
  rows_a_block := (
    select case when c.reltuples > 0 then c.reltuples / greatest(c.relpages, 1) end from pg_class c
    where c.oid = %L::regclass);
  if $3 > 2 * rows_a_block and $3 > 1 and $4 > 1 then
    blocks := ($3 / rows_a_block)::bigint;
    block := coalesce(split_part(ltrim($1[1], '('), ',', 1)::bigint, -1);
    for piece in 1 .. $4 loop
      place := pg_catalog.format('(%%s,65535)', block + blocks);
      if place::tid >= ($2)[1]::tid then
        blocks := split_part(ltrim($2[1], '('), ',', 1)::bigint - block;
        return cuts || row($2, greatest(blocks * rows_a_block, 2)::integer)::sluice_internal.cut;
      end if;
      cuts := cuts operator(pg_catalog.||) row(array[place],
        greatest(blocks * rows_a_block, 2)::integer)::sluice_internal.cut;
      block := block + blocks;
    end loop;
    return cuts;
  end if;
  $2 := (select b.bound from sluice_internal.%I($1, $2, $3 * $4) as b);$physical$, relation, bound_function)
    else '' end,
    array_to_string(sluice_internal.key_list(key, 'named', ' as key_%s'), ', '), relation, alias, key_range,
    array_to_string(sluice_internal.key_list(key, 'ordered'), ', '),
    sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'number', 'last.key_%s'),
      sluice_internal.key_list(key, 'number', 'previous.key_%s')),
    sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'number', 'last.key_%s'),
      sluice_internal.key_list(key, 'upper')),
    array_to_string(sluice_internal.key_list(key, 'writing', 'last.key_%s'), ', '))
$$;

comment on function sluice_internal.cuts_body(regclass, text, sluice_internal.key_column[], text, text) is
  'The body of the function that cuts the rows after a key into pieces.';
