-- sluice_internal.pause_for_attached(migration): pauses a migration when a table became part of its target that
-- define() would have refused: a foreign table, or one without an index for the key. Returns whether it did. Without a
-- predicate such tables are not walked in any case. Key columns that may be null are found by the first batch (run),
-- with the author's rights.
-- Called when:  maintenance, and before a pass is completed. Internal: runs with its caller's rights.
-- Locks, writes: the migration's and the schedule's row.  Raises: nothing.

create or replace function sluice_internal.pause_for_attached(migration sluice_internal.migration)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  attached record;
  reason text;
begin
  if btrim(lower(migration.pending)) = 'true' then
    return false;
  end if;
  for attached in
    select a.relation, a.kind
    from sluice_internal.attached_relations(migration.migration_id) as a
    where a.is_new
    order by a.kind, a.relation
  loop
    if attached.kind = 'f' then
      reason := format('%s became part of the target, and is a foreign table (SQLSTATE SL001): '
        'detach it, then: select sluice.resume(%L);', attached.relation, migration.name);
      perform sluice_internal.pause_migration(migration.migration_id, reason, reason);
      return true;
    elsif not sluice_internal.serves_key(migration, attached.relation) then
      perform sluice_internal.pause_without_index(migration, attached.relation);
      return true;
    end if;
  end loop;
  return false;
end
$$;

comment on function sluice_internal.pause_for_attached(sluice_internal.migration) is
  'Pauses a migration when a table became part of its target that define() would have refused; returns whether it did.';
