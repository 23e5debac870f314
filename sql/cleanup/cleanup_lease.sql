-- sluice_internal.cleanup_lease(): how long a migration hurries after the last sign of a cleanup that works on it. A
-- batch of cleanup takes a small part of that, and whoever has just broken one off would not wait for more.
-- Called when:  cleaning up. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.cleanup_lease()
returns interval
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select interval '10 seconds'
$$;

comment on function sluice_internal.cleanup_lease() is
  'How long a migration hurries after the last sign of its cleanup.';
