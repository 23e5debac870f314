-- sluice.change_lists(relation, alias, identity, columns): the lists of an UPDATE by changes that have these columns: what is
-- assigned, what is read off a change, and how a row is found. Values are texts that become the columns' types; a
-- length is kept by the assignment, which refuses what a cast would cut off.
-- Called when:  changes of a handler are applied.
-- Locks, writes: nothing.
-- Raises: SL024 for an unknown column, a missing one of the identity, or nothing to set.

create or replace function sluice.change_lists(
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
    where a.attrelid = relation and a.attname = c.name and not a.attisdropped and (a.attnum > 0 or c.name = any (identity)));
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
    string_agg(format('(c.change ->> %L)::%s as "sluice %s"', c.name, format_type(a.atttypid, -1), c.position), ', '
      order by c.position),
    string_agg(format('%s.%I = "sluice change"."sluice %s"', alias, c.name, c.position), ' and ' order by c.position)
      filter (where c.name = any (identity))
  into assigned, given, matched
  from unnest(columns) with ordinality as c (name, position)
  join pg_attribute a on a.attrelid = relation and a.attname = c.name;
end
$$;

comment on function sluice.change_lists(regclass, text, text[], text[]) is
  'SET list, values and condition of an UPDATE by the changes of a handler; raises SL024 for columns that do not fit.';
