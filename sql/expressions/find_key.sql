-- sluice_internal.find_key(target, key): the columns to walk by, checked, with their types.
-- Called when:  defining, in the author's session.
-- Locks, writes: nothing.
-- Raises: SL004 when there is no usable key; 42703 for an unknown column.

create or replace function sluice_internal.find_key(target regclass, key text[], out columns text[], out types text[])
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  leaf regclass;
  missing text;
begin
  columns := key;
  if columns is null then
    select array_agg(a.attname::text order by k.position)
    into columns
    from pg_index i
    cross join unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = target and i.indisprimary and k.position <= i.indnkeyatts;

    if columns is null then
      raise exception using
        errcode = 'SL004',
        message = format('table %s has no primary key to walk by', target),
        hint = 'Name the columns of an index with key => array[...], or walk by blocks with walk => ''blocks''.';
    end if;
  end if;

  select c.name
  into missing
  from unnest(columns) as c (name)
  where not exists (
    select from pg_attribute a
    where a.attrelid = target and a.attname = c.name and a.attnum > 0 and not a.attisdropped)
  limit 1;
  if found then
    raise exception using
      errcode = '42703',
      message = format('key column "%s" of table %s does not exist', missing, target),
      hint = 'The key names columns of the target, as an array of names without quotes.';
  end if;

  types := array(select k.type from unnest(sluice_internal.key_columns(target, 'k', columns)) as k);
  if cardinality(types) is distinct from cardinality(columns) then
    raise exception using
      errcode = 'SL004',
      message = format('the key (%s) of table %s has a column without an order', array_to_string(columns, ', '),
        target),
      detail = 'A type has an order by its default btree operator class; this one has none.',
      hint = 'Walk by other columns with key => array[...], or by blocks with walk => ''blocks''.';
  end if;

  for leaf in select l.relation from sluice_internal.leaf_relations(target) as l loop
    if not sluice_internal.has_key_index(leaf, columns) then
      raise exception using
        errcode = 'SL004',
        message = format('table %s has no index to walk by (%s)', leaf, array_to_string(columns, ', ')),
        detail = 'The walk needs a valid btree index without predicate that begins with the key columns in this order, '
          'all ascending or all descending, in the collation of each column and by the default operator class of its '
          'type.',
        hint = format('Create one: create index concurrently on %s (%s); or walk by blocks with walk => ''blocks''.',
          leaf, (select string_agg(quote_ident(c), ', ') from unnest(columns) as c));
    end if;
  end loop;
end
$$;

comment on function sluice_internal.find_key(regclass, text[]) is
  'The columns to walk a table by, its primary key unless named, with their types; raises SL004 when no index serves.';
