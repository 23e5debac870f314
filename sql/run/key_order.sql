-- sluice.key_order(relation, columns): what the bounds of a lane depend on, other than the rows: the file of the relation, where they
-- are ctids; the collations by which the key is sorted, with their versions, where it has text in it. Null: on nothing.
-- Where that is not what it was when the lane began, its bounds say nothing about rows: the table was rewritten, a column got another
-- collation, the server another version of glibc or ICU; or this is a copy of the database.
-- Called when:  a batch is run, before and after, with the session's rights; and when rows are quarantined.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.key_order(relation regclass, columns text[])
returns text
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  key_column record;
  inner_type oid;
  orders text[] := array[]::text[];
begin
  if columns = '{ctid}' then
    return format('file %s', pg_relation_filenode(relation));
  end if;

  for key_column in
    select a.atttypid, a.attcollation, t.typtype, t.typcategory, t.typbasetype, t.typelem
    from unnest(columns) with ordinality as k (name, position)
    join pg_attribute a on a.attrelid = key_order.relation and a.attname = k.name
    join pg_type t on t.oid = a.atttypid
    where a.attcollation <> 0 or t.typtype in ('d', 'c', 'r', 'm') or t.typcategory = 'A' or a.atttypid = 'jsonb'::regtype
    order by k.position
  loop
    if key_column.attcollation = 0 then
      -- what is in a domain or an array, at the bottom; rows and ranges may hold text, and the strings of jsonb are sorted, too
      inner_type := key_column.atttypid;
      while key_column.typtype = 'd' or key_column.typcategory = 'A' loop
        inner_type := case when key_column.typtype = 'd' then key_column.typbasetype else key_column.typelem end;
        select t.typtype, t.typcategory, t.typbasetype, t.typelem
        into key_column.typtype, key_column.typcategory, key_column.typbasetype, key_column.typelem
        from pg_type t where t.oid = inner_type;
      end loop;
      continue when key_column.typtype not in ('c', 'r', 'm') and inner_type <> 'jsonb'::regtype;
    end if;
    orders := orders || (
      select case
        when c.collprovider <> 'd' then concat_ws(' ', c.collprovider, coalesce(s.described ->> 'colllocale',
          s.described ->> 'colliculocale', c.collcollate), s.described ->> 'collicurules', pg_collation_actual_version(c.oid))
        else (
          select concat_ws(' ', d.described ->> 'datlocprovider', coalesce(d.described ->> 'datlocale', d.described ->> 'daticulocale',
            d.described ->> 'datcollate'), d.described ->> 'daticurules', pg_database_collation_actual_version(d.oid))
          from (select b.oid, to_jsonb(b) as described from pg_database b where b.datname = current_database()) as d)
        end
      from pg_collation c
      cross join lateral (select to_jsonb(c) as described) as s
      where c.oid = coalesce(nullif(key_column.attcollation, 0), 'default'::regcollation));
  end loop;
  return nullif(array_to_string(orders, ', '), '');
end
$$;

comment on function sluice.key_order(regclass, text[]) is
  'What the bounds of a lane depend on other than the rows: a file, or collations and their versions; null: on nothing.';
