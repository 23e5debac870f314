-- sluice_internal.batch_statements(migration, relation, rows_wanted): the statements of one batch, in order.
-- rows_wanted is what batch_condition() says, which is the same for each relation of a target.
-- Parameters: $1 lower and $2 upper bound as text[], $3 the number of stripes, $4 the stripe. Statements over the
-- relation batch have $5 besides: the keys of the rows that were selected for all of them (compiled_functions), each
-- the text of a text[]. What the statements before have taken out of pending is not in batch any more. Its columns are
-- those of the target, in their order there: a leaf may have them in another order, and an inheritor more.
-- Called when:  defining (they are tried by EXPLAIN) and compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.batch_statements(migration sluice_internal.migration, relation regclass,
  rows_wanted text)
returns text[]
language plpgsql stable
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
declare
  alias text;
  joined text := '';
  matched text := '';
  identity sluice_internal.key_column[];
  target_columns name[];
  columns_read text;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;

  if migration.match is not null then
    matched := format(E'(%s\n) and ', migration.match);
  end if;

  case migration.kind
    when 'update' then
      if migration.source is not null then
        joined := format(E' from %s\n', migration.source);
      end if;
      return array[format(E'update only %s as %s set %s\n%swhere %s%s',
        relation, alias, migration.changes[1], joined, matched, rows_wanted)];
    when 'delete' then
      if migration.source is not null then
        joined := format(E' using %s\n', migration.source);
      end if;
      return array[format(E'delete from only %s as %s%s where %s%s', relation, alias, joined, matched, rows_wanted)];
    else
      identity := sluice_internal.key_columns(relation, alias, sluice_internal.identity_columns(relation));
      rows_wanted := format(E'(%s\n) and exists (select from pg_catalog.unnest($5) as sluice_selected (key) where %s)',
        migration.pending,
        sluice_internal.compare_keys(identity, '=', sluice_internal.key_list(identity, 'expression'),
          sluice_internal.key_list(identity, 'reading', '(sluice_selected.key::text[])[%s]')));
      -- those that are added later, too
      columns_read := alias || '.*';
      target_columns := array(
        select a.attname from pg_attribute a
        where a.attrelid = migration.target and a.attnum > 0 and not a.attisdropped
        order by a.attnum);
      if target_columns <> array(
          select a.attname from pg_attribute a
          where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
          order by a.attnum)
      then
        columns_read := (
          select string_agg(format('%s.%I', alias, c.name), ', ' order by c.position)
          from unnest(target_columns) with ordinality as c (name, position));
      end if;
      return (
        select array_agg(
          regexp_replace(
            s.statement,
            '^(?:\s|--[^\n]*\n|/\*.*?\*/)*(with(\s+recursive)?\M)?',
            replace(format(E'with %4$s batch as (select %5$s from only %1$s as %2$s where %3$s)',
              relation, alias, rows_wanted, s.recursive, columns_read), '\', '\\') || case when s.continues then E',\n'
                else E'\n' end,
            'i')
          order by s.position)
        from (
          select u.statement, u.position,
            u.statement ~* '^(?:\s|--[^\n]*\n|/\*.*?\*/)*with\M' as continues,
            case when u.statement ~* '^(?:\s|--[^\n]*\n|/\*.*?\*/)*with\s+recursive\M' then 'recursive' end as recursive
          from unnest(migration.changes) with ordinality as u (statement, position)) as s);
  end case;
end
$$;

comment on function sluice_internal.batch_statements(sluice_internal.migration, regclass, text) is
  'The SQL statements of one batch over ($1, $2], stripe $4 of $3, or over the rows of keys $5, as compiled from a '
  'definition.';
