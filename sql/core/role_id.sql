-- sluice_internal.role_id(role): the oid of a role of this server, by which a migration knows its owner: a role that is
-- renamed keeps it, and another one that is created with the old name does not have it.
-- Called when:  it is asked whose a migration is.
-- Locks, writes: nothing.  Raises: nothing; null when there is no such role.

create or replace function sluice_internal.role_id(role name)
returns oid
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  -- asked several times a batch: a cached look-up, and not a query of pg_roles
  return to_regrole(quote_ident(role))::oid;
end
$$;

comment on function sluice_internal.role_id(name) is 'Returns the oid of a role, or null.';
