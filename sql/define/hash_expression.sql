-- sluice.hash_expression(relation, alias, columns): an SQL expression that spreads rows over stripes by their key: a bigint
-- whose bits 31 and below tell the stripe, the highest ones first.
--
--   integers     times 2^32 / golden ratio: neighbouring keys, and those any fixed step apart, are dealt out almost evenly,
--                so that each page has room for just as many rows of a stripe as the stripe before has left
--   ctids        the row's number in its page likewise
--   other types  the hash function of the type's own opclass where SQL can call it with the type; else a hash of its text.
--                Pages get a few more of one stripe, a few less of another.
--
-- A row is in the same stripe whatever the session's settings and search path are: functions are named with their schemas, operators
-- are those of integers, which pg_catalog has for these very types, and text is written under fixed settings.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.hash_expression(relation regclass, alias text, columns text[])
returns text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  key record;
  expression text;
  term text;
begin
  for key in
    select k.expression, k.type, k.written, h.hash_function
    from sluice.key_columns(relation, alias, columns) as k
    join pg_attribute a on a.attrelid = relation and a.attname = columns[k.position] and not a.attisdropped
    cross join sluice.key_class(a.atttypid) as c
    left join lateral (
      select format('%I.%I', n.nspname, f.proname) as hash_function
      from pg_opclass o
      join pg_am am on am.oid = o.opcmethod and am.amname = 'hash'
      join pg_amproc p on p.amprocfamily = o.opcfamily and p.amproclefttype = o.opcintype and p.amprocnum = 1
      join pg_proc f on f.oid = p.amproc and f.proargtypes[0] = o.opcintype
      join pg_namespace n on n.oid = f.pronamespace
      where o.opcintype = c.compared_type and o.opcdefault) as h on true
    order by k.position
  loop
    term := case
      when key.type in ('smallint', 'integer') then format('%s * 2654435769', key.expression)
      when key.type = 'bigint' then format('%s %% 2147483647::bigint * 2654435769', key.expression)
      when key.type = 'tid' then format('pg_catalog.get_byte(pg_catalog.tidsend(%s), 5) * 2654435769', key.expression)
      when key.hash_function is not null then format('%s(%s)::bigint', key.hash_function, key.expression)
      when key.type = 'timestamp with time zone' then
        format('pg_catalog.timestamp_hash(%s at time zone ''UTC'')::bigint', key.expression)
      else format('pg_catalog.hashtext(%s)::bigint', key.written)
    end;
    if cardinality(columns) > 1 then
      term := format('((%s) & 4294967295)', term);
    end if;
    expression := concat_ws(' + ', expression, term);
  end loop;
  return expression;
end
$$;

comment on function sluice.hash_expression(regclass, text, text[]) is
  'An expression over the key columns that spreads neighbouring rows evenly over stripes.';
