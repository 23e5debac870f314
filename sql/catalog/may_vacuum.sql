-- sluice_internal.may_vacuum(relation, role): whether PostgreSQL lets a role vacuum a table: its owner, the database's
-- owner, and from PostgreSQL 17 on whoever has MAINTAIN. For others VACUUM does nothing but warn.
-- Called when:  upkeep is due; planning; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.may_vacuum(relation regclass, role name)
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select pg_has_role(may_vacuum.role, c.relowner, 'usage')
      or pg_has_role(may_vacuum.role, d.datdba, 'usage')
      or (current_setting('server_version_num')::integer >= 170000
        and has_table_privilege(may_vacuum.role, c.oid, case
          when current_setting('server_version_num')::integer >= 170000 then 'maintain' else 'select' end))
    from pg_class c
    join pg_database d on d.datname = current_database()
    where c.oid = relation);
end
$$;

comment on function sluice_internal.may_vacuum(regclass, name) is 'Whether a role has the right to vacuum a table.';
