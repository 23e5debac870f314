-- sluice_internal.serves_key(migration, relation): whether the index that the walk of a relation needs is still there.
-- True where none is needed.
-- Called when:  keeping house, and when a batch took much longer than it should.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.serves_key(migration sluice_internal.migration, relation regclass)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select migration.key_columns = '{ctid}' or not exists (select from pg_class c where c.oid = relation)
    or sluice_internal.has_key_index(relation, migration.key_columns)
$$;

comment on function sluice_internal.serves_key(sluice_internal.migration, regclass) is
  'Whether the index that the walk of a relation needs is still there.';
