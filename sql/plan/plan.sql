-- sluice.plan(name, within, workers, during, starting): a dry run: what a migration would take, and whether it can be
-- done within a time. Statistics and rolled-back probe batches at several places of the table; no count, no scan.
-- Called by: the migration's owner, in a session logged in as such. Takes about a second.
-- Locks: the rows of a probe, for its time, waiting at most 100 ms.  Writes: nothing that stays; sequences and effects
--   outside the database that the definition's SQL has are not rolled back.
-- Raises: SL002, SL006 after cleanup, SL007, SL009 for arguments that can never be right; SL013 on a standby.

create or replace function sluice.plan(
  name text,
  within interval default null,
  workers integer default 1,
  during text[] default '{}',
  starting timestamptz default now()
)
returns sluice_internal.migration_plan
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  return (sluice_internal.draw_plan(name,
    sluice_internal.proposed_schedule(name, within, workers, during, starting))).plan;
end
$$;

comment on function sluice.plan(text, interval, integer, text[], timestamptz) is
  'What a migration would take, how it would be walked and paced, and whether it meets a deadline; changes nothing.';
