-- sluice.capture_functions(migration_id): the function of a migration's capture trigger, if there is one.
-- It is found by its name, in whatever schema: the table may have moved meanwhile.
-- Called when:  a capture trigger is made or removed.
-- Locks, writes, raises: nothing.

create or replace function sluice.capture_functions(migration_id bigint)
returns table (function regprocedure, owner name)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select p.oid::regprocedure, r.rolname
  from pg_proc p
  join pg_roles r on r.oid = p.proowner
  where p.proname = (sluice.capture_names(migration_id)).function_name and p.pronargs = 0 and p.prorettype = 'trigger'::regtype
$$;

comment on function sluice.capture_functions(bigint) is 'The function of a migration''s capture trigger, and who owns it.';
