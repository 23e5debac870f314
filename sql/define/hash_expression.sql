-- sluice.hash_expression(alias, columns, types): an SQL expression that spreads rows over stripes by their key: a bigint
-- whose bits 31 and below tell the stripe, the highest ones first.
--
--   integers     times 2^32 / golden ratio: neighbouring keys, and those any fixed step apart, are dealt out almost evenly,
--                so that each page has room for just as many rows of a stripe as the stripe before has left
--   ctids        the row's number in its page likewise
--   other types  the hash function of the type's own opclass where SQL can call it with the type; else a hash of its text,
--                which must not depend on the session's time zone. Pages get a few more of one stripe, a few less of another.
--
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.hash_expression(alias text, columns text[], types text[])
returns text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  expression text;
  term text;
  hash_function text;
begin
  for i in 1 .. cardinality(columns) loop
    select p.amproc::oid::regproc::text
    into hash_function
    from pg_type t
    join pg_opclass o on o.opcintype = case t.typtype when 'd' then t.typbasetype else t.oid end and o.opcdefault
    join pg_am am on am.oid = o.opcmethod and am.amname = 'hash'
    join pg_amproc p on p.amprocfamily = o.opcfamily and p.amproclefttype = o.opcintype and p.amprocnum = 1
    join pg_proc f on f.oid = p.amproc and f.proargtypes[0] = o.opcintype
    where t.oid = to_regtype(types[i]);

    if types[i] in ('smallint', 'integer') then
      term := format('%s.%I * 2654435769', alias, columns[i]);
    elsif types[i] = 'bigint' then
      term := format('%s.%I %% 2147483647 * 2654435769', alias, columns[i]);
    elsif types[i] = 'tid' then
      term := format('pg_catalog.get_byte(pg_catalog.tidsend(%s.%I), 5) * 2654435769', alias, columns[i]);
    elsif hash_function is not null then
      term := format('%s(%s.%I)::bigint', hash_function, alias, columns[i]);
    elsif types[i] = 'timestamp with time zone' then
      term := format('pg_catalog.timestamp_hash(%s.%I at time zone ''UTC'')::bigint', alias, columns[i]);
    else
      term := format('pg_catalog.hashtext(%s.%I::text)::bigint', alias, columns[i]);
    end if;
    if cardinality(columns) > 1 then
      term := format('((%s) & 4294967295)', term);
    end if;
    expression := concat_ws(' + ', expression, term);
  end loop;
  return expression;
end
$$;

comment on function sluice.hash_expression(text, text[], text[]) is
  'An expression over the key columns that spreads neighbouring rows evenly over stripes.';
