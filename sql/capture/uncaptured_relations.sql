-- sluice_internal.uncaptured_relations(migration): the tables of the target on which the capture trigger is not what
-- was made there: missing, disabled or enabled again, less than it was, or with a function that was replaced or
-- altered. A table that is new has the trigger by inheritance, as its root has it; once it has a lane it must have been
-- written down.
-- Called when:  lanes are made, and when a walk or a verification pass is complete. Internal: runs with its caller's
--   rights.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.uncaptured_relations(migration sluice_internal.migration)
returns table (relation regclass)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select s.relation
  from sluice_internal.capture_triggers(migration) as s
  left join sluice_internal.captured_relation made on made.migration_id = migration.migration_id
    and made.relation = s.relation
  left join sluice_internal.captured_relation root
    on root.migration_id = migration.migration_id and root.relation = migration.target
  where case
    when made.relation is not null then
      (s.trigger_id, s.written_in, s.enabled, s.function_hash, s.function_owner)
        is distinct from (made.trigger_id, made.written_in, made.enabled, made.function_hash, migration.owner_id)
    else
      (s.is_inherited, s.enabled, s.function_hash, s.function_owner)
        is distinct from (true, root.enabled, root.function_hash, migration.owner_id)
      or exists (
        select from sluice_internal.lane l
        where l.migration_id = migration.migration_id and l.relation = s.relation and l.act <> 'capture')
  end
  order by s.relation
$$;

comment on function sluice_internal.uncaptured_relations(sluice_internal.migration) is
  'The tables of a target on which the capture trigger is not what was made there.';
