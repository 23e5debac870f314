-- sluice_internal.key_order(relation, columns, assigned): what the bounds of a lane depend on, other than the rows: the
-- file of the relation, where they are ctids; otherwise the columns of the key, by number and type, the labels of its
-- enums in order, and the collations by which it is sorted, with their versions. And which columns are assigned, by
-- number. Null where a column is not there: the batch fails with PostgreSQL's own error.
-- Where that is not what it was when the lane began, its bounds say nothing about rows: the table was rewritten,
-- columns of the key exchanged their names, a column got another collation, the server another version of glibc or ICU;
-- or this is a copy of the database. Or what was written is gone: a column was dropped and added again.
--
--   file 16384 set 3                      a walk by blocks; column 3 is assigned
--   columns 1:23 2:25, c en_US.utf8 2.36  a key of an integer and a text
--
-- Called when:  a batch is run, before and after, with the session's rights; when rows are quarantined, a pass is
--   complete, and a copy is adopted.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.key_order(relation regclass, columns text[], assigned text[])
returns text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  keys constant text[] := array_remove(columns, 'ctid');
  column_name name;
  position integer := 0;
  part record;
  inner_type oid;
  numbers text := case when columns = '{ctid}' then format('file %s', pg_relation_filenode(relation))
    else 'columns' end;
  assigned_numbers text := '';
  orders text[] := array[]::text[];
begin
  -- one by one, by the index: a join of all would read the whole catalog
  foreach column_name in array keys || assigned loop
    position := position + 1;
    select a.attnum, a.atttypid, a.attcollation, t.typtype, t.typcategory, t.typbasetype, t.typelem
    into part
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    where a.attrelid = relation and a.attname = column_name;
    if not found then
      return null;
    elsif position > cardinality(keys) then
      assigned_numbers := concat_ws(' ', assigned_numbers, part.attnum);
      continue;
    end if;
    numbers := format('%s %s:%s', numbers, part.attnum, part.atttypid);
    continue when part.attcollation = 0 and part.typtype = 'b' and part.typcategory <> 'A'
      and part.atttypid <> 'jsonb'::regtype;
    if part.attcollation = 0 then
      -- what is in a domain or an array, at the bottom; rows and ranges may hold text, and the strings of jsonb are
      -- sorted, too
      inner_type := part.atttypid;
      while part.typtype = 'd' or part.typcategory = 'A' loop
        inner_type := case when part.typtype = 'd' then part.typbasetype else part.typelem end;
        select t.typtype, t.typcategory, t.typbasetype, t.typelem
        into part.typtype, part.typcategory, part.typbasetype, part.typelem
        from pg_type t where t.oid = inner_type;
      end loop;
      if part.typtype = 'e' then
        orders := orders || (
          select format('labels %s', hashtextextended(string_agg(quote_literal(e.enumlabel), ','
            order by e.enumsortorder), 0))
          from pg_enum e where e.enumtypid = inner_type);
      end if;
      continue when part.typtype not in ('c', 'r', 'm') and inner_type <> 'jsonb'::regtype;
    end if;
    orders := orders || (
      select case
        when c.collprovider <> 'd' then concat_ws(' ', c.collprovider, coalesce(s.described ->> 'colllocale',
          s.described ->> 'colliculocale', c.collcollate), s.described ->> 'collicurules',
          pg_collation_actual_version(c.oid))
        else (
          select concat_ws(' ', d.described ->> 'datlocprovider',
            coalesce(d.described ->> 'datlocale', d.described ->> 'daticulocale',
            d.described ->> 'datcollate'), d.described ->> 'daticurules', pg_database_collation_actual_version(d.oid))
          from (select b.oid, to_jsonb(b) as described from pg_database b where b.datname = current_database()) as d)
        end
      from pg_collation c
      cross join lateral (select to_jsonb(c) as described) as s
      where c.oid = coalesce(nullif(part.attcollation, 0), 'default'::regcollation));
  end loop;
  return array_to_string(numbers || case when assigned_numbers <> '' then ' set' || assigned_numbers
    else '' end || orders, ', ');
end
$$;

comment on function sluice_internal.key_order(regclass, text[], text[]) is
  'What the bounds of a lane depend on other than the rows: a file, or columns, labels and collations with their '
  'versions.';
