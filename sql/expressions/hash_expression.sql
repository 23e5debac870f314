-- sluice_internal.hash_expression(keys): an SQL expression that spreads rows over stripes by their key: a bigint
-- whose bits 31 and below tell the stripe, the highest ones first.
--
--   integers     times 2^32 / golden ratio: neighbouring keys, and those any fixed step apart, are dealt out almost
--                evenly, so that each page has room for just as many rows of a stripe as the stripe before has left
--   ctids        the row's number in its page likewise
--   other types  the hash function of the type's own opclass where SQL can call it with the type; else a hash of its
--                text. Pages get a few more of one stripe, a few less of another.
--
-- A row is in the same stripe whatever the session's settings and search path are: functions are named with their
-- schemas, operators are those of integers, which pg_catalog has for these very types, and text is written under fixed
-- settings.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.hash_expression(keys sluice_internal.key_column[])
returns text
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  key sluice_internal.key_column;
  expression text;
  term text;
begin
  foreach key in array keys loop
    term := case
      when key.type in ('smallint', 'integer') then format('%s * 2654435769', key.expression)
      when key.type = 'bigint' then format('%s %% 2147483647::bigint * 2654435769', key.expression)
      when key.type = 'tid' then format('pg_catalog.get_byte(pg_catalog.tidsend(%s), 5) * 2654435769', key.expression)
      when key.hash_function is not null then format('%s(%s)::bigint', key.hash_function, key.expression)
      when key.type = 'timestamp with time zone' then
        format('pg_catalog.timestamp_hash(%s at time zone ''UTC'')::bigint', key.expression)
      else format('pg_catalog.hashtext(%s)::bigint', key.written)
    end;
    if cardinality(keys) > 1 then
      term := format('((%s) & 4294967295)', term);
    end if;
    expression := concat_ws(' + ', expression, term);
  end loop;
  return expression;
end
$$;

comment on function sluice_internal.hash_expression(sluice_internal.key_column[]) is
  'An expression over the key columns that spreads neighbouring rows evenly over stripes.';
