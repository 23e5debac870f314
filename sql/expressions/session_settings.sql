-- sluice_internal.session_settings(): what the session has of the settings that can change what SQL means.
-- Called when:  defining, and comparing a definition with the one in the database; not from a function that sets any of
--   them.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.session_settings()
returns jsonb
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select jsonb_object_agg(s.name, current_setting(s.name)) from sluice.meaning_settings() as s
$$;

comment on function sluice_internal.session_settings() is 'The session''s settings that can change what SQL means.';
