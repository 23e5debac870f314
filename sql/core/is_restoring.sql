-- sluice_internal.is_restoring(): whether this session restores a dump, which sets these two and an ordinary session
-- does not. Anybody can set them; so it must be a session of a role that owns all this anyway.
-- What a restore writes has happened before: triggers must not do it again.
-- Called when:  a trigger of a control table considers whether to fire.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_restoring()
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select current_setting('row_security') = 'off' and current_setting('check_function_bodies') = 'off'
    and pg_has_role(session_user, (select n.nspowner from pg_namespace n where n.nspname = 'sluice'), 'usage')
$$;

comment on function sluice_internal.is_restoring() is 'Whether this session is restoring a dump.';
