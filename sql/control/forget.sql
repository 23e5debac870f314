-- sluice.forget(name): removes a migration with its definition, schedule, lanes and history.
-- Called by: owners and operators.
-- Locks, writes: as drop_capture and forget_run.
-- Raises: SL002, SL006 while it runs, or while its capture trigger could not be removed; SL007.

create or replace function sluice.forget(name text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.require_state(sluice_internal.read_captured(name), 'forget', 'defined', 'finished', 'failed',
    'cancelled', 'paused');
  perform sluice.drop_capture(name);
  perform sluice_internal.forget_run(name);
end
$$;

comment on function sluice.forget(text) is 'Removes a migration that does not run, with its definition and history.';
