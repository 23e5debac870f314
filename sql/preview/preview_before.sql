-- sluice_internal.preview_before(migration, relation, lower, upper, rows): the first pending rows of a range: their
-- keys, where their present versions lie, and what they hold.
-- Called when:  previewing, in the owner's session.
-- Locks, writes: nothing.
-- Raises: whatever the author's predicate raises.

create or replace function sluice_internal.preview_before(
  migration sluice_internal.migration, relation regclass, lower text[], upper text[], rows integer,
  out keys text[], out versions text[], out contents jsonb[]
)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  execute format('select p.* from sluice_internal.%I($1, $2, $3) as p',
    format('pending_%s_%s', migration.migration_id, relation::oid))
  into keys, versions, contents using lower, upper, rows;
end
$$;

comment on function sluice_internal.preview_before(sluice_internal.migration, regclass, text[], text[], integer) is
  'The first pending rows of a range: keys, versions, contents.';
