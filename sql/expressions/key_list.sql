-- sluice_internal.key_list(key, field, pattern): one field of each column of a key, in order: expression, ordered,
-- lower, upper, written; reading and writing are patterns, filled with the given one, in which %s is the column's
-- number.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.key_list(key sluice_internal.key_column[], field text,
  pattern text default '%s')
returns text[]
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
-- patterns are made of quoted names: @plpgsql_check_options: security_warnings = off
declare
  list text[] := array[]::text[];
begin
  for i in 1 .. cardinality(key) loop
    list := list || case field
      when 'expression' then key[i].expression
      when 'ordered' then key[i].ordered
      when 'lower' then key[i].lower
      when 'upper' then key[i].upper
      when 'written' then key[i].written
      when 'reading' then format(key[i].reading, format(pattern, i))
      when 'writing' then format(key[i].writing, format(pattern, i))
      when 'number' then format(pattern, i)
      when 'named' then key[i].expression || format(pattern, i)
    end;
  end loop;
  return list;
end
$$;

comment on function sluice_internal.key_list(sluice_internal.key_column[], text, text) is
  'One field of each column of a key.';
