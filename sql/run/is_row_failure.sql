-- sluice_internal.is_row_failure(lane_id, sqlstate, failures): whether an error that so many rows in a row had, and no
-- row between, is known to be one of single rows: rows were quarantined for it before; or there are too few rows to
-- tell, or some were changed.
-- Called when:  every row of a careful batch failed, all with the same error. Tells no more than that to the
--   migration's owner.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_row_failure(
  lane_id bigint, sqlstate text, failures integer, caller sluice_internal.caller default current_user
)
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  least_failures constant integer := 3;
  enough_failures constant integer := 20;
  migration sluice_internal.migration;
begin
  select m.* into migration
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id
  where l.lane_id = is_row_failure.lane_id;
  if not found or caller is null or not sluice_internal.is_owner(migration, caller) then
    return null;
  end if;
  return exists (
      select from sluice_internal.quarantine q
      where q.migration_id = migration.migration_id and q.sqlstate = is_row_failure.sqlstate)
    or failures < least_failures
    or failures < enough_failures and (migration.rows_changed > 0 or exists (
      select from sluice_internal.lane l where l.migration_id = migration.migration_id and l.rows_changed > 0));
end
$$;

comment on function sluice_internal.is_row_failure(bigint, text, integer, sluice_internal.caller) is
  'Whether an error that every row of a batch had is known to be one of single rows.';
