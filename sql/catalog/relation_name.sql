-- sluice_internal.relation_name(migration_id, relation): what a relation is called. Of one that was dropped, the
-- compiled functions tell: they have what it was called in their comment.
-- Called when:  a lane's relation is no part of the target any more. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.relation_name(migration_id bigint, relation regclass)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when exists (select from pg_class c where c.oid = relation) then relation::text
    else coalesce(
      obj_description(to_regproc(format('sluice_internal.change_%s_%s', migration_id, relation::oid)), 'pg_proc'),
      format('a partition that was dropped (oid %s)', relation::oid))
  end
$$;

comment on function sluice_internal.relation_name(bigint, regclass) is
  'What a relation is called, or was called before it was dropped.';
