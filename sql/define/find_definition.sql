-- sluice_internal.find_definition(name): what is stored under a name, for comparing.
-- Called when:  defining; by the driver to detect drift.
-- Locks, writes: nothing.  Raises: nothing; no row when the name is free.

create or replace function sluice_internal.find_definition(name text)
returns table (migration_id bigint, owner name, is_own boolean, state text, definition jsonb, settings jsonb)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select m.migration_id, sluice_internal.owner_name(m.owner_id, m.owner), sluice_internal.is_owner(m, session_user),
    m.state, m.definition, m.settings
  from sluice_internal.migration m
  where m.name = find_definition.name
$$;

comment on function sluice_internal.find_definition(text) is
  'The owner, state, arguments of define() and settings stored under a name.';
