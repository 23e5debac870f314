-- sluice_internal.require_owner_session(owner): refuses to execute an author's SQL in anybody else's session.
-- SET ROLE is no boundary, since the body can RESET ROLE; only the login is.
-- Called when:  before anything that executes an author's SQL.
-- Locks, writes: nothing.
-- Raises: SL007.

create or replace function sluice_internal.require_owner_session(owner name)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  if session_user <> owner or current_user <> owner then
    raise exception using
      errcode = 'SL007',
      message = format('cannot run SQL of "%s" in a session of "%s" acting as "%s"', owner, session_user, current_user),
      detail = 'A migration runs with its owner''s rights only, and only a session logged in as the owner has just '
        'those. '
        'Superusers are refused too, for their own protection.',
      hint = format('Log in as "%s" and call it again.', owner);
  end if;
end
$$;

comment on function sluice_internal.require_owner_session(name) is
  'Raises SL007 unless the session is logged in, and acting, as the given role.';
