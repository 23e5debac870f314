-- sluice.is_leaf_of(relation, migration_id): whether a lane's relation still exists and still holds rows of the target.
-- Called when:  a batch failed for want of a relation. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.is_leaf_of(relation regclass, migration_id bigint)
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select not exists (select from pg_class c where c.oid = m.target)
      or exists (select from sluice.leaf_relations(m.target) as l where l.relation = is_leaf_of.relation)
    from sluice.migration m
    where m.migration_id = is_leaf_of.migration_id);
end
$$;

comment on function sluice.is_leaf_of(regclass, bigint) is
  'Whether a relation is a leaf of the migration''s target; true too when the target itself is gone.';
