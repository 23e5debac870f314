-- sluice_internal.begin_on_finish(name, position): remembers that an on_finish statement is about to be executed
-- outside of a transaction, so that whoever comes after a crash looks at what became of it.
-- Called when:  before such a statement, in a transaction of its own.
-- Locks, writes: the migration's row.
-- Raises: SL002, SL007; SL008 when it is not the next one any more.

create or replace function sluice_internal.begin_on_finish(name text, "position" integer,
  caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_on_finish(name, "position", caller);
begin
  update sluice_internal.migration m set on_finish_begun = "position" where m.migration_id = migration.migration_id;
end
$$;

comment on function sluice_internal.begin_on_finish(text, integer, sluice_internal.caller) is
  'Remembers that a statement of on_finish is about to be executed outside of a transaction.';
