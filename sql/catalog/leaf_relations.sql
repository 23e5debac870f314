-- sluice_internal.leaf_relations(target): the tables that hold the target's rows.
-- Called when:  defining, scheduling, verifying.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.leaf_relations(target regclass)
returns table (relation regclass)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select t.relation from sluice_internal.tree_relations(target) as t where t.kind = 'r'
$$;

comment on function sluice_internal.leaf_relations(regclass) is
  'The ordinary tables that hold the rows of a table: its leaf partitions or inheritors, or itself.';
