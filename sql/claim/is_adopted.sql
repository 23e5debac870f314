-- sluice.is_adopted(): whether this database is the one that was told to run migrations, not a restored or copied
-- one, one that was disowned, or one on a server that require_cluster() does not name. A session asks the server for
-- its identity once and remembers the answer, since pg_control_system() reads a file.
-- Called when:  claiming; by views.
-- Locks: nothing.  Writes: the session's setting sluice.identity.  Raises: nothing.

create or replace function sluice.is_adopted()
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  installed text;
  may_run boolean;
begin
  select format('%s/%s', i.system_identifier, i.database_oid),
    i.adopted and coalesce(current_setting('cluster_name') = any (i.cluster_names), i.cluster_names is null)
  into installed, may_run
  from sluice.installation i;
  if may_run is not true then
    return false;
  end if;
  if current_setting('sluice.identity', true) is distinct from installed then
    perform set_config('sluice.identity', format('%s/%s', c.system_identifier, d.oid), false)
    from pg_control_system() c
    join pg_database d on d.datname = current_database();
  end if;
  return current_setting('sluice.identity', true) is not distinct from installed;
end
$$;

comment on function sluice.is_adopted() is
  'Whether the installed identity is this database''s own; false in a restored copy until adopt() is called.';
