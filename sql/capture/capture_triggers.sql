-- sluice_internal.capture_triggers(migration): the capture trigger as it is now on each table of the target,
-- partitioned ones between the target and its leaves included. trigger_id is null where there is none. A trigger of the
-- same name that calls another function has another hash.
-- Called when:  the trigger is made, what is there is written down, and compared with what was made.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_triggers(migration sluice_internal.migration)
returns table (
  relation regclass, trigger_id oid, written_in xid, enabled "char", function_hash text, function_owner oid,
  is_inherited boolean
)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select r.relation, t.oid, t.xmin, t.tgenabled, f.hash, f.owner, t.tgparentid <> 0
  from (
    select t.relation from sluice_internal.tree_relations(migration.target) as t where t.kind in ('r', 'p')) as r
  left join pg_trigger t on t.tgrelid = r.relation
    and t.tgname = (sluice_internal.capture_names(migration.migration_id)).trigger_name
  left join (
    select p.oid, p.proowner as owner, sluice_internal.function_hash(p.oid) as hash
    from pg_proc p
    where p.oid in (
      select u.tgfoid from pg_trigger u
      where u.tgname = (sluice_internal.capture_names(migration.migration_id)).trigger_name)
    offset 0) as f on f.oid = t.tgfoid
$$;

comment on function sluice_internal.capture_triggers(sluice_internal.migration) is
  'The capture trigger as it is now on each table of a target.';
