-- sluice_internal.schema_owner(): the role that owns schema sluice, who installed it and grants access to it.
-- Called when:  advice names who is to do something.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.schema_owner()
returns name
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'sluice'
$$;

comment on function sluice_internal.schema_owner() is 'Returns the role that owns schema sluice.';
