-- sluice_internal.is_leaf_of(relation, target): whether a lane's relation still holds rows of the target: is the target
-- itself, or, step by step upward, a partition or inheritor of it. A partition that is being detached concurrently is
-- none any more.
-- Called when:  a lane is read for a batch, or a batch failed for want of a relation.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_leaf_of(relation regclass, target regclass)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with recursive ancestor as (
    select is_leaf_of.relation::oid as relid
    union
    select i.inhparent
    from ancestor a
    join pg_inherits i on i.inhrelid = a.relid and not i.inhdetachpending
  )
  select exists (select from ancestor a where a.relid = is_leaf_of.target)
$$;

comment on function sluice_internal.is_leaf_of(regclass, regclass) is
  'Whether a relation is a table, or one of its partitions or inheritors.';
