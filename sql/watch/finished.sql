-- sluice.finished(name): whether a migration is finished, which means verified, or that somebody accepted the rest.
-- Called by:  anybody who may watch; applications that switch to the new column when it is true.
-- Locks, writes: nothing.
-- Raises: SL002.

create or replace function sluice.finished(name text)
returns boolean
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  return migration.state = 'finished';
end
$$;

comment on function sluice.finished(text) is
  'Whether a migration is finished: verified, or the rest accepted by somebody; sluice.proof says which, and when.';
