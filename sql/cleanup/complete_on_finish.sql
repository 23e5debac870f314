-- sluice_internal.complete_on_finish(name, position): remembers that an on_finish statement was executed.
-- Called when:  in the statement's own transaction; or after it, where it cannot run inside one.
-- Locks, writes: the migration's row, an event.
-- Raises: SL002, SL007; SL008 when another session executed it meanwhile, so that this one rolls back.

create or replace function sluice_internal.complete_on_finish(name text, "position" integer,
  caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_on_finish(name, "position", caller);
begin
  update sluice_internal.migration m
  set on_finish_done = "position", on_finish_begun = null,
    cleanup_failed_at = null, cleanup_sqlstate = null, cleanup_error = null
  where m.migration_id = migration.migration_id;
  perform sluice_internal.record_event(migration.migration_id, 'on_finish', migration.on_finish["position"]);
end
$$;

comment on function sluice_internal.complete_on_finish(text, integer, sluice_internal.caller) is
  'Remembers that a statement of on_finish was executed.';
