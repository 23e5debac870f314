-- sluice_internal.large_key(migration, rows): the most common value of a key that is one column, and about how many
-- rows have it, by statistics; null where rows differ in their key, or where that is not known.
-- Called when:  planning, and by sluice.stuck.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.large_key(migration sluice_internal.migration, rows bigint, out key text,
  out rows_alike bigint)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select (s.most_common_vals::text::text[])[1], round(s.most_common_freqs[1] * rows)::bigint
  from pg_stats s
  join pg_class c on c.relname = s.tablename
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
  where c.oid = migration.target and cardinality(migration.key_columns) = 1 and s.attname = migration.key_columns[1]
    and not sluice_internal.is_unique_key(migration.target, migration.key_columns)
  order by s.inherited desc
  limit 1
$$;

comment on function sluice_internal.large_key(sluice_internal.migration, bigint) is
  'The most common value of a key, and how many rows have it, by statistics.';
