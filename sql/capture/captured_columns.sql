-- sluice_internal.captured_columns(name): the columns of a target that carries the migration's capture trigger; null
-- without one.
-- Called when:  before and after a statement of on_finish, which may drop what the trigger reads.
-- Locks, writes: nothing.
-- Raises: SL002, SL007.

create or replace function sluice_internal.captured_columns(name text)
returns text[]
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select array_agg(a.attname::text)
  from sluice_internal.read_captured(name) as m
  join pg_attribute a on a.attrelid = m.target and a.attnum > 0 and not a.attisdropped
  where exists (select from sluice_internal.capture_functions(m.migration_id))
$$;

comment on function sluice_internal.captured_columns(text) is
  'The columns of a target while it has its capture trigger, or null.';
