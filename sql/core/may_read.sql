-- sluice_internal.may_read(target, owner_id, owner, role): whether a role may see keys, values and error texts of a
-- migration, which can quote its rows: its owner, whose rights its batches have; and those who may select from the
-- target and whom no row security hides rows from.
-- Called when:  views and verbs show such texts.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.may_read(target regclass, owner_id oid, owner name, role name)
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  -- by the catalog as it is: an old snapshot may have another role of that name
  own_id constant oid := sluice_internal.role_id(role);
begin
  if owner_id = own_id and sluice_internal.knows_owner_ids() or owner = role
    and not sluice_internal.knows_owner_ids() then
    return true;
  end if;
  return coalesce((
    select r.rolsuper
      or has_table_privilege(r.oid, c.oid, 'select')
        and (not c.relrowsecurity or r.rolbypassrls
          or not c.relforcerowsecurity and pg_has_role(r.oid, c.relowner, 'usage'))
    from pg_roles r
    left join pg_class c on c.oid = target
    where r.oid = own_id), false);
end
$$;

comment on function sluice_internal.may_read(regclass, oid, name, name) is
  'Returns whether a role may see texts that can quote rows of a migration''s target.';
