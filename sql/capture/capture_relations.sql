-- sluice_internal.capture_relations(target): the tables that carry a capture trigger. A partitioned table does so for
-- its partitions, for new ones too; where tables inherit in the old way, each has a trigger of its own.
-- Called when:  defining; installing the trigger and looking after it.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_relations(target regclass)
returns table (relation regclass)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select c.oid::regclass from pg_class c where c.oid = target and c.relkind = 'p'
  union all
  select l.relation
  from pg_class c
  cross join sluice_internal.leaf_relations(target) as l
  where c.oid = target and c.relkind <> 'p'
$$;

comment on function sluice_internal.capture_relations(regclass) is
  'The tables that carry the capture trigger of a target.';
