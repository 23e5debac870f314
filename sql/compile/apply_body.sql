-- sluice_internal.apply_body(migration, relation, alias, key): the body, but for its end, of the function that applies
-- a handler's changes. A change is an object of texts by column. It finds its row by the identity columns, and only
-- among the pending rows of the range. The names of its columns in the statement have a blank, so that they hide none
-- that the predicate means.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing; the function raises SL024 (change_lists) and SL025.

create or replace function sluice_internal.apply_body(migration sluice_internal.migration, relation regclass,
  alias text, key sluice_internal.key_column[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
declare
  lists record;
begin
  lists := sluice_internal.change_lists(%1$L::regclass, %2$L, %3$L, $3);
  rows_updated := pg_stat_get_xact_tuples_updated(%1$L::regclass);
  rows_hot := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass);
  execute %4$L || lists.assigned || ' from (select ' || lists.given
    || ' from pg_catalog.jsonb_array_elements($3) as c (change)) as "sluice change" where ' || lists.matched || %5$L
  using $1, $2, $4;
  get diagnostics rows_changed = row_count;
  rows_updated := pg_stat_get_xact_tuples_updated(%1$L::regclass) - rows_updated;
  rows_hot := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass) - rows_hot;
  if rows_changed <> jsonb_array_length($4) then
    raise exception using
      errcode = 'SL025',
      message = pg_catalog.format('%%s of %%s changes that a handler returned fit no row of its batch',
        jsonb_array_length($4) - rows_changed, jsonb_array_length($4)),
      detail = 'A change names a row that was handed to the handler, and each row at most once.',
      hint = pg_catalog.format('Rows are told by %%s; pending must be true for them until the change is applied.',
        pg_catalog.array_to_string(%3$L::text[], ', '));
  end if;$body$,
    relation, alias, sluice_internal.identity_columns(migration.target),
    format('update only %s as %s set ', relation, alias),
    format(E' and %s and (%s\n)', sluice_internal.batch_range(key), migration.pending))
$$;

comment on function sluice_internal.apply_body(sluice_internal.migration, regclass, text,
  sluice_internal.key_column[]) is
  'The body of the function that applies what a handler returned, by key, to rows of its batch.';
