-- sluice_internal.changed_columns(migration): the columns that an update's SET list assigns.
-- Called when:  defining and planning, for advice; checking whether a capture trigger can be made.
-- Locks, writes: nothing.  Raises: nothing. Null for other kinds than update.

create or replace function sluice_internal.changed_columns(migration sluice_internal.migration)
returns text[]
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select array_agg(a.column_name)
  from sluice_internal.split_assignments(migration.changes[1]) as a
  where migration.kind = 'update'
$$;

comment on function sluice_internal.changed_columns(sluice_internal.migration) is 'The columns that an update assigns.';
