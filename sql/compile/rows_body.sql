-- sluice_internal.rows_body(migration, relation, alias, key): the body, but for its end, of the function that opens a
-- cursor over the rows of a batch for a handler. They are locked, as they are read, against changes by others; foreign
-- keys may still refer to them. Which rows those are is found here, under the definition's settings; the cursor is read
-- under the session's. A locked row stays where it is.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.rows_body(migration sluice_internal.migration, relation regclass, alias text,
  key sluice_internal.key_column[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
declare
  rows refcursor := 'sluice_rows';
  sluice_places tid[];
begin
  sluice_places := array(
    select %2$s.ctid
    from only %3$s as %2$s
    where %4$s and (%5$s
    )
    order by %6$s
    for no key update of %2$s);
  open rows no scroll for
    select %7$s as "sluice key", %1$s%2$s.*
    from only %3$s as %2$s
    where %2$s.ctid = any (sluice_places)
    order by %6$s;$body$,
    case when sluice_internal.identity_columns(migration.target) = '{ctid}' then format('%s.ctid, ', alias) else '' end,
    alias, relation, sluice_internal.batch_range(key), migration.pending,
    array_to_string(sluice_internal.key_list(key, 'ordered'), ', '),
    format('array[%s]', array_to_string(sluice_internal.key_list(key, 'written'), ', ')))
$$;

comment on function sluice_internal.rows_body(sluice_internal.migration, regclass, text,
  sluice_internal.key_column[]) is
  'The body of the function that opens a cursor over the rows of a handler''s batch.';
