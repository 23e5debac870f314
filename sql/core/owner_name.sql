-- sluice_internal.owner_name(owner_id, owner): the present name of a migration's owner. Of a role that is gone, and in
-- a copy on another server that is not adopted, where an oid may be that of another role, the name that was written
-- down.
-- Called when:  an owner is shown, or named in a message; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.owner_name(owner_id oid, owner name)
returns name
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  -- of an oid without a role, pg_get_userbyid() makes up a name
  if sluice_internal.role_id(pg_get_userbyid(owner_id)) = owner_id and sluice_internal.knows_owner_ids() then
    return pg_get_userbyid(owner_id);
  end if;
  return owner;
end
$$;

comment on function sluice_internal.owner_name(oid, name) is 'Returns the present name of a migration''s owner.';
