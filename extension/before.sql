\echo Use "CREATE EXTENSION sluice" to load this file. \quit

set local search_path to pg_catalog, pg_temp;

-- CREATE EXTENSION takes a schema of this name as it finds it. What is created in it belongs to the owner of the schema:
-- nobody else may, but a superuser, who restores a dump or was asked to, and does it on that role's behalf.
do $$
declare
  schema_owner name;
begin
  select r.rolname
  into strict schema_owner
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_roles r on r.oid = n.nspowner
  where n.nspname = 'sluice';

  if schema_owner <> current_user then
    if not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
      raise exception 'schema "sluice" belongs to role "%"', schema_owner
        using errcode = 'insufficient_privilege',
          hint = 'Let that role create the extension, or drop the schema.';
    end if;
    perform pg_catalog.set_config('role', schema_owner, true);
  end if;

  if exists (
    select
    from pg_catalog.pg_depend d
    where d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
      and d.refobjid = 'sluice'::pg_catalog.regnamespace
      and d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
  ) then
    raise exception 'schema "sluice" is not empty'
      using errcode = 'duplicate_object',
        hint = 'Sluice may have been installed without the extension.';
  end if;
end
$$;

