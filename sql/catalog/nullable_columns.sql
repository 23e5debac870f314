-- sluice_internal.nullable_columns(relation, columns): those of the columns in which rows of this very table may have
-- null. A partition or an inheritor is asked by itself: what its parent says need not hold for it. From PostgreSQL 18
-- on a column counts as NOT NULL as soon as there is a constraint, whether the rows that were there before were looked
-- at or not.
-- Called when:  defining and compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.nullable_columns(relation regclass, columns text[])
returns setof text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select a.attname::text
  from pg_attribute a
  where a.attrelid = relation and a.attname = any (columns) and a.attnum > 0 and not a.attisdropped
    and (not a.attnotnull
      or exists (
        select from pg_constraint c
        where c.conrelid = relation and c.contype = 'n' and c.conkey = array[a.attnum] and not c.convalidated))
$$;

comment on function sluice_internal.nullable_columns(regclass, text[]) is
  'The columns in which rows of a table may have null.';
