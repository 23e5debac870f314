-- sluice_internal.knows_owner_ids(): whether migration.owner_id is a role of this server: in the database that was
-- adopted, and in a copy of it on the same server. Elsewhere an id may be that of any role, and owners are known by
-- name until sluice.adopt().
-- Called when:  it is asked whose a migration is.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.knows_owner_ids()
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  return sluice.is_adopted() or exists (
    select from sluice_internal.installation i join pg_control_system() c on c.system_identifier = i.system_identifier);
end
$$;

comment on function sluice_internal.knows_owner_ids() is
  'Returns whether the ids of owners are those of this server''s roles; false in a copy on another server until '
  'adopt().';
