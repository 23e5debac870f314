-- sluice_internal.pause_without_index(migration, relation): pauses a migration whose walk lost the index of its key:
-- each batch would read and sort the whole table.
-- Called when:  serves_key says so. Internal: runs with its caller's rights.
-- Locks, writes: the migration's and the schedule's row.  Raises: nothing.

create or replace function sluice_internal.pause_without_index(migration sluice_internal.migration, relation regclass)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  reason constant text := format(
    'no index serves the key (%1$s) of table %2$s any more (SQLSTATE SL004): create index concurrently on %2$s (%1$s);',
    (select string_agg(quote_ident(k.name), ', ' order by k.position)
      from unnest(migration.key_columns) with ordinality as k (name, position)),
    relation);
begin
  perform sluice_internal.pause_migration(migration.migration_id, reason, reason);
end
$$;

comment on function sluice_internal.pause_without_index(sluice_internal.migration, regclass) is
  'Pauses a migration whose key has no index any more.';
