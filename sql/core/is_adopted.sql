-- sluice.is_adopted(): whether this database is the one that was told to run migrations, not a restored or copied
-- one, one that was disowned, or one on a server that require_cluster() does not name. A session asks the server for
-- its identity once, since pg_control_system() reads a file. The answer is kept in a setting, which the session's user
-- may write too; so it is a hash over what that user cannot know, and over the backend that it is for.
-- Called when:  claiming; by views.
-- Locks: nothing.  Writes: the session's setting sluice.identity.  Raises: nothing.

create or replace function sluice.is_adopted()
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  installed sluice_internal.installation;
  proof text;
begin
  select i.* into installed from sluice_internal.installation i;
  if (installed.adopted
    and coalesce(current_setting('cluster_name') = any (installed.cluster_names), installed.cluster_names is null)) is
      not true
  then
    return false;
  end if;
  proof := sha256(convert_to(format('%s %s %s %s %s %s', installed.secret, installed.system_identifier,
    installed.database_oid,
    current_database(), extract(epoch from pg_postmaster_start_time()), pg_backend_pid()), 'UTF8'))::text;
  if current_setting('sluice.identity', true) = proof then
    return true;
  elsif exists (
    select
    from pg_control_system() c
    join pg_database d on d.datname = current_database()
    where c.system_identifier = installed.system_identifier and d.oid = installed.database_oid)
  then
    perform set_config('sluice.identity', proof, false);
    return true;
  end if;
  return false;
end
$$;

comment on function sluice.is_adopted() is
  'Whether the installed identity is this database''s own; false in a restored copy until adopt() is called.';
