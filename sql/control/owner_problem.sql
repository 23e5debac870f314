-- sluice_internal.owner_problem(owner_id, owner): why nobody can run what a role owns, as a code and as a sentence
-- about its owner:
--
--   owner_gone           there is no such role any more
--   owner_cannot_log_in  it has NOLOGIN, or its VALID UNTIL has passed
--   owner_cannot_connect it has no CONNECT on this database, or a connection limit of 0
--   owner_not_author     it may not call what an author calls
--
-- Called when:  a migration is given to a role; progress and stuck are read.
-- Locks, writes: nothing.  Raises: nothing; null when it can.

create or replace function sluice_internal.owner_problem(owner_id oid, owner name, out problem text, out detail text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select o.problem,
    case o.problem
      when 'owner_gone' then format('role "%s" does not exist', owner)
      when 'owner_cannot_log_in' then format('role "%s" may not log in', owner)
      when 'owner_cannot_connect' then format('role "%s" may not connect to this database', owner)
      when 'owner_not_author' then format('role "%s" is not an author any more', owner)
    end
  from (
    select case
      when r.oid is null then 'owner_gone'
      when not r.rolcanlogin or r.rolvaliduntil < now() then 'owner_cannot_log_in'
      when not has_database_privilege(r.oid, current_database(), 'connect') or r.rolconnlimit = 0
        then 'owner_cannot_connect'
      when not has_schema_privilege(r.oid, 'sluice_internal', 'usage')
        or not has_function_privilege(r.oid, 'sluice_internal.claim(text, text[], sluice_internal.caller)', 'execute')
        then 'owner_not_author'
    end as problem
    from (select) as one
    left join pg_roles r on r.oid = owner_id) as o
$$;

comment on function sluice_internal.owner_problem(oid, name) is
  'Returns why the owner of a migration cannot run it, as a code and a sentence; nulls when it can.';
