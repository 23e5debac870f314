-- sluice_internal.change_lists(relation, alias, identity, columns): the lists of an UPDATE by changes that have these
-- columns: what is assigned, what is read off a change, and how a row is found. Values are texts that become the
-- columns' types, of a domain its base type; a length is kept by the assignment, which refuses what a cast would cut
-- off, and so are the checks of a domain.
-- Called when:  changes of a handler are applied.
-- Locks, writes: nothing.
-- Raises: SL024 for an unknown column, a missing one of the identity, or nothing to set.

create or replace function sluice_internal.change_lists(
  relation regclass, alias text, identity text[], columns text[], out assigned text, out given text, out matched text
)
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  wrong text;
begin
  select c.name into wrong
  from unnest(columns) as c (name)
  where not exists (
    select from pg_attribute a
    where a.attrelid = relation and a.attname = c.name and not a.attisdropped
      and (a.attnum > 0 or c.name = any (identity)));
  if found then
    raise exception using
      errcode = 'SL024',
      message = format('a handler''s change has a column "%s", which table %s has not', wrong, relation),
      detail = 'Properties are columns of the same name, or of that name in snake case.',
      hint = 'Name the column in CodingKeys; what is no column does not belong into a change.';
  end if;
  select i.name into wrong from unnest(identity) as i (name) where i.name <> all (columns);
  if found then
    raise exception using
      errcode = 'SL024',
      message = format('a handler''s change has no column "%s", which tells the rows of table %s', wrong, relation),
      detail = format('Rows are told by %s.', array_to_string(identity, ', ')),
      hint = 'Let each change carry it, as the row had it.';
  elsif columns <@ identity then
    raise exception using
      errcode = 'SL024',
      message = format('a handler''s change of table %s sets nothing', relation),
      detail = format('It has only %s, which tells the row.', array_to_string(columns, ', ')),
      hint = 'Give it the columns that are to be set, or return no change for a row that stays as it is.';
  end if;

  select string_agg(format('%I = "sluice change"."sluice %s"', c.name, c.position), ', ' order by c.position)
      filter (where c.name <> all (identity)),
    string_agg(
      format('sluice_internal.%I(c.change ->> %L, null::%s) as "sluice %s"', case b.typtype when 'c' then 'read_row'
        else 'read_value' end,
        c.name, format_type(b.oid, -1), c.position), ', ' order by c.position),
    string_agg(
      case when k.position is not null
        then format('%s %s "sluice change"."sluice %s"', k.expression, k.equal, c.position) end,
      ' and ' order by c.position)
  into assigned, given, matched
  from unnest(columns) with ordinality as c (name, position)
  join pg_attribute a on a.attrelid = relation and a.attname = c.name
  cross join lateral (
    with recursive base as (
      select t.oid, t.typtype, t.typbasetype from pg_type t where t.oid = a.atttypid
      union all
      select t.oid, t.typtype, t.typbasetype from base b join pg_type t on t.oid = b.typbasetype where b.typtype = 'd'
    )
    select x.oid, x.typtype from base as x where x.typtype <> 'd') as b
  left join (
    select identity[k.position] as name, k.expression, k.equal, k.position
    from unnest(sluice_internal.key_columns(relation, alias, identity)) with ordinality
      as k (expression, ordered, type, reading, lower, upper, writing, written, less, less_or_equal, equal,
        greater_or_equal, greater,
        hash_function, position)) as k on k.name = c.name;
end
$$;

comment on function sluice_internal.change_lists(regclass, text, text[], text[]) is
  'SET list, values and condition of an UPDATE by the changes of a handler; raises SL024 for columns that do not fit.';
