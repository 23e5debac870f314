-- sluice_internal.session_limits(name): the search_path, lock_timeout and settings with which a migration's own
-- statements run. pg_catalog is searched first without being named; named, it would be where a statement creates what
-- it names without schema.
-- Called when:  before a statement of on_finish.
-- Locks, writes: nothing.  Raises: SL002.

create or replace function sluice_internal.session_limits(
  name text, out search_path text, out lock_timeout_ms integer, out settings jsonb
)
returns record
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  select string_agg(quote_ident(p.name), ', ' order by p.position) into search_path
  from unnest(migration.search_path) with ordinality as p (name, position)
  where p.name <> 'pg_catalog';
  settings := migration.settings;
  select extract(epoch from p.lock_timeout) * 1000 into lock_timeout_ms from sluice.policy p;
end
$$;

comment on function sluice_internal.session_limits(text) is
  'The search_path, lock timeout and settings of a migration''s own statements.';
