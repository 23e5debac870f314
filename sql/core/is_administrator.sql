-- sluice_internal.is_administrator(role_id): whether a role can reach beyond the objects that it owns in this database,
-- by an attribute or a predefined role. SchemaInstaller.judgeOwner has the same list, because it may not call anything
-- of the schema.
-- Called when:  a migration is given to another owner.
-- Locks, writes: nothing.  Raises: nothing; null when there is no such role.

create or replace function sluice_internal.is_administrator(role_id oid)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select r.rolsuper or r.rolcreaterole or r.rolreplication or r.rolbypassrls or exists (
    select from pg_roles p
    where p.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
        'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_signal_backend', 'pg_create_subscription')
      and pg_has_role(r.oid, p.oid, 'member'))
  from pg_roles r
  where r.oid = role_id
$$;

comment on function sluice_internal.is_administrator(oid) is
  'Returns whether a role can reach beyond the objects that it owns in this database.';
