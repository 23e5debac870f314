-- sluice_internal.target_name(target, definition): what the target of a migration is called, with its schema; of one
-- that was dropped, what it was called when the migration was defined.
-- Called when:  views show it.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.target_name(target regclass, definition jsonb)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when exists (select from pg_class c where c.oid = target) then target::text
    else definition ->> 'target'
  end
$$;

comment on function sluice_internal.target_name(regclass, jsonb) is
  'Returns what a migration''s target is called, or was before it was dropped.';
