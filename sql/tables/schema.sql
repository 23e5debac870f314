-- Two schemas. sluice is the face: verbs, views and the tables that operators edit, each for people to use.
-- sluice_internal is the rest: control tables, the steps of a run, and the functions that definitions are compiled to.
-- No other role creates objects in either.

-- A schema of one of these names is refused before anything of it is looked at, whoever owns it. CREATE EXTENSION has
-- judged its own.
do $$
declare
  taken record;
begin
  select n.nspname as name, pg_get_userbyid(n.nspowner) as owner into taken
  from pg_namespace n
  where n.nspname = 'sluice_internal'
    or n.nspname = 'sluice' and not exists (select from pg_extension e where e.extname = 'sluice')
  order by n.nspname
  limit 1;
  if found then
    raise exception using
      errcode = 'duplicate_schema',
      message = format('schema "%s" already exists', taken.name),
      detail = format('It belongs to role "%s".', taken.owner),
      hint = case taken.name
        when 'sluice' then 'If Sluice is installed there: sluice install; upgrades it. Otherwise: '
        else 'If it is what is left of Sluice: drop schema sluice_internal cascade; otherwise: '
      end || format('alter schema %s rename to another_name;', taken.name);
  end if;
end
$$;

create schema sluice;

comment on schema sluice is
  'Background data migrations: the verbs, the views, and the scheduling tables.';

create schema sluice_internal;

comment on schema sluice_internal is
  'Background data migrations: control tables, the steps of a run, and compiled definitions; called by schema sluice '
  'and by drivers.';
