\echo Use "CREATE EXTENSION sluice" to load this file. \quit

set local search_path to pg_catalog, pg_temp;

-- CREATE EXTENSION takes a schema of this name as it finds it. Whoever owns it could replace what is created in it, and so
-- gain the rights of all who call that. So it belongs to the role that creates the extension, but where a superuser restores
-- a dump, which sets row_security in the session: then what is created belongs to the schema's owner again.
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
    if not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user)
      or not exists (
        select
        from pg_catalog.pg_settings s
        where s.name = 'row_security' and s.setting = 'off' and s.source = 'session')
    then
      raise exception using
        errcode = 'insufficient_privilege',
        message = pg_catalog.format('schema "sluice" belongs to role "%s"', schema_owner),
        detail = 'That role could replace the functions of the extension, and so use the rights of all who call them.',
        hint = pg_catalog.format('If it is to own Sluice: set role %I; create extension sluice; otherwise: drop schema sluice;',
          schema_owner);
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

