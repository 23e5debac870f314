-- sluice_internal.key_columns(relation, alias, columns): how compiled SQL speaks of the columns of a key, in order.
--
--   expression       the column, as the type that its operators compare; ordered is the column itself, for ORDER BY
--   type             that type, by a name that means it under each search path; character(n) is bpchar, because
--                    "character" alone is character(1)
--   reading          a pattern for format(): a value of that type from its text
--   lower, upper     the column's value in the bounds $1 and $2, which are text[]
--   writing          a pattern for format(): the text of a value of that type; written is that of the column
--   less, ... equal  the operators of the type's default operator class, by schema and name: the index that serves the
--                    key has that class (has_key_index), and ORDER BY takes it too
--   hash_function    the function of the type's default hash class, where SQL can call it with the type
--
-- Text of some types of PostgreSQL's own is the same under all settings; they are cast. All others are read and written
-- by read_value() and write_value().
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing; a column whose type has no order is left out.

create or replace function sluice_internal.key_columns(relation regclass, alias text, columns text[])
returns sluice_internal.key_column[]
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
-- patterns are made here of names that are quoted: @plpgsql_check_options: security_warnings = off
declare
  -- smallint, integer, bigint, oid, tid, xid8, uuid, text, name, bpchar, "char", numeric, boolean, bit, varbit, inet,
  -- macaddr, macaddr8 and pg_lsn, whose numbers are the same in each version
  fixed_types constant oid[] :=
    array[21, 23, 20, 26, 27, 5069, 2950, 25, 19, 1042, 18, 1700, 16, 1560, 1562, 869, 829, 774, 3220]::oid[];
  column_type oid;
  class record;
  names text[];
  key sluice_internal.key_column;
  keys sluice_internal.key_column[] := array[]::sluice_internal.key_column[];
begin
  for i in 1 .. coalesce(cardinality(columns), 0) loop
    select a.atttypid into column_type
    from pg_attribute a where a.attrelid = relation and a.attname = columns[i] and not a.attisdropped;
    continue when not found;
    class := sluice_internal.key_class(column_type);
    continue when class.class is null;
    key.type := format_type(class.compared_type, -1);
    key.expression := format(case when column_type = class.compared_type then '%s.%I' else '%s.%I::%s' end, alias,
      columns[i], key.type);
    if class.compared_type = any (fixed_types) then
      key.reading := '%s::' || key.type;
      key.writing := '%s::text';
    else
      key.reading := format('sluice_internal.%I(%%s, null::%s)', case when class.input_type = 'record'::regtype
        then 'read_row' else 'read_value' end,
        replace(key.type, '%', '%%'));
      key.writing := 'sluice_internal.write_value(%s)';
    end if;
    key.ordered := format('%s.%I', alias, columns[i]);
    key.lower := format(key.reading, format('($1)[%s]', i));
    key.upper := format(key.reading, format('($2)[%s]', i));
    key.written := format(key.writing, key.expression);
    names := array(
      select format('operator(%I.%s)', n.nspname, p.oprname)
      from pg_amop m
      join pg_operator p on p.oid = m.amopopr
      join pg_namespace n on n.oid = p.oprnamespace
      where m.amopfamily = class.family and m.amoplefttype = class.input_type and m.amoprighttype = class.input_type
        and m.amoppurpose = 's'
      order by m.amopstrategy);
    key.less := names[1];
    key.less_or_equal := names[2];
    key.equal := names[3];
    key.greater_or_equal := names[4];
    key.greater := names[5];
    key.hash_function := (
      select format('%I.%I', n.nspname, f.proname)
      from pg_opclass o
      join pg_am am on am.oid = o.opcmethod and am.amname = 'hash'
      join pg_amproc p on p.amprocfamily = o.opcfamily and p.amproclefttype = o.opcintype and p.amprocnum = 1
      join pg_proc f on f.oid = p.amproc and f.proargtypes[0] = o.opcintype
      join pg_namespace n on n.oid = f.pronamespace
      where o.opcintype = class.compared_type and o.opcdefault);
    keys := keys || key;
  end loop;
  return keys;
end
$$;

comment on function sluice_internal.key_columns(regclass, text, text[]) is
  'How compiled SQL names, reads, writes and compares the columns of a key.';
