-- The schema that holds everything of Sluice. Nobody but its owner creates objects here.

-- A schema of this name is refused before anything of it is looked at, whoever owns it. CREATE EXTENSION has judged its
-- own.
do $$
declare
  schema_owner name := (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'sluice');
begin
  if schema_owner is not null and not exists (select from pg_extension e where e.extname = 'sluice') then
    raise exception using
      errcode = 'duplicate_schema',
      message = 'schema "sluice" already exists',
      detail = format('It belongs to role "%s".', schema_owner),
      hint = 'If Sluice is installed there: sluice install; upgrades it. Otherwise: alter schema sluice rename to '
        'another_name;';
  end if;
end
$$;

create schema sluice;

comment on schema sluice is
  'Background data migrations: definitions, lanes, schedules, history, and the functions that run them.';
