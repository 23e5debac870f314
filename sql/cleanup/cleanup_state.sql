-- sluice_internal.cleanup_state(name): how far a migration is, for the loop of cleanup, which keeps it hurrying by
-- asking.
-- Called when:  between two batches of cleanup, in a session of the owner.
-- Locks, writes: the migration's row, every few seconds.  Raises: SL002.

create or replace function sluice_internal.cleanup_state(
  name text, out state text, out reason text, out held_by text, out rows_left bigint,
  caller sluice_internal.caller default current_user
)
returns record
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  if sluice_internal.is_owner(migration, caller)
    and migration.hurried_until < clock_timestamp() + sluice_internal.cleanup_lease() / 2 then
    update sluice_internal.migration m
    set hurried_until = clock_timestamp() + sluice_internal.cleanup_lease()
    where m.migration_id = migration.migration_id and m.state in ('scheduled', 'running', 'verifying');
  end if;
  state := migration.state;
  reason := case
    when migration.state_reason is distinct from migration.quoting_reason
      or sluice_internal.may_read(migration.target, migration.owner_id, migration.owner, caller)
    then migration.state_reason
    else migration.public_reason
  end;
  held_by := case when state in ('scheduled', 'running', 'verifying')
    then sluice_internal.hold_reason(migration.migration_id) end;
  select coalesce(sum(greatest(l.rows_estimated - l.rows_visited, 0)), 0) into rows_left
  from sluice_internal.lane l
  where l.migration_id = migration.migration_id and l.state in ('queued', 'active');
end
$$;

comment on function sluice_internal.cleanup_state(text, sluice_internal.caller) is
  'State, reason, what holds it, and rows left, for the loop of cleanup.';
