-- sluice.is_captured(migration): whether the capture trigger of a migration is in place and enabled on all its tables.
-- Called when:  lanes are made, and when a walk or a verification pass is complete. Internal: runs with its caller's rights.
-- Locks, writes, raises: nothing.

create or replace function sluice.is_captured(migration sluice.migration)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select not exists (
    select
    from sluice.capture_relations(migration.target) as r
    where not exists (
      select from pg_trigger t
      where t.tgrelid = r.relation and t.tgname = (sluice.capture_names(migration.migration_id)).trigger_name
        and t.tgenabled in ('O', 'A')))
$$;

comment on function sluice.is_captured(sluice.migration) is 'Whether the capture trigger of a migration is in place and enabled.';
