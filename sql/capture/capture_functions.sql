-- sluice_internal.capture_functions(migration_id): the function of a migration's capture trigger, if there is one.
-- Anybody can give a function its name; so it is known by facts that others cannot make: it belongs to the migration's
-- owner, in whatever schema, since the table may have moved meanwhile; or a trigger calls it that was written down when
-- it was made.
-- Called when:  a capture trigger is made or removed.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_functions(migration_id bigint)
returns table (function regprocedure, owner name)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select p.oid::regprocedure, r.rolname
  from sluice_internal.migration m
  join pg_proc p on p.proname ~ (sluice_internal.capture_names(m.migration_id)).function_pattern
    and p.pronargs = 0 and p.prorettype = 'trigger'::regtype
  join pg_roles r on r.oid = p.proowner
  where m.migration_id = capture_functions.migration_id
    and (sluice_internal.is_owner(m, r.rolname)
      or sluice.is_adopted() and exists (
        select from sluice_internal.captured_relation c
        join pg_trigger t on t.oid = c.trigger_id and t.tgrelid = c.relation and t.tgfoid = p.oid
        where c.migration_id = m.migration_id))
$$;

comment on function sluice_internal.capture_functions(bigint) is
  'The function of a migration''s capture trigger, and who owns it.';
