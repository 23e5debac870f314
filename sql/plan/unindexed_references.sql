-- sluice.unindexed_references(migration): foreign keys that refer to the target and have no index: for each row that is deleted, or whose
-- referenced key changes, PostgreSQL reads the whole referencing table.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.unindexed_references(migration sluice.migration)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select string_agg(format('%s (%s)', c.conrelid::regclass, c.conname), ', ' order by c.conrelid::regclass::text, c.conname)
  from pg_constraint c
  where c.contype = 'f' and c.conparentid = 0
    and c.confrelid in (select migration.target union select l.relation from sluice.leaf_relations(migration.target) as l)
    and (migration.kind = 'delete' or migration.kind = 'update' and exists (
      select from pg_attribute a
      where a.attrelid = c.confrelid and a.attnum = any (c.confkey)
        and a.attname::text = any (sluice.changed_columns(migration))))
    and not exists (
      select from pg_index i
      where i.indrelid = c.conrelid and i.indisvalid and i.indpred is null and c.conkey @> array[i.indkey[0]]::smallint[])
$$;

comment on function sluice.unindexed_references(sluice.migration) is
  'Foreign keys to the target whose own columns have no index, where a change has to look for the rows that refer to it.';
