-- sluice.is_adopted(): whether this database is the one that was told to run migrations, not a restored or copied one.
-- Called when:  claiming; by views.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.is_adopted()
returns boolean
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select i.system_identifier = c.system_identifier and i.database_oid = d.oid
  from sluice.installation i
  cross join pg_control_system() c
  join pg_database d on d.datname = current_database()
$$;

comment on function sluice.is_adopted() is
  'Whether the installed identity is this database''s own; false in a restored copy until adopt() is called.';
