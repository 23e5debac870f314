-- sluice_internal.require_no_handler(name): refuses to begin a cleanup in SQL whose rows go to application code.
-- Called when:  cleanup begins. A finished migration passes: only on_finish is left.
-- Locks, writes: nothing.
-- Raises: SL002, SL026.

create or replace function sluice_internal.require_no_handler(name text)
returns void
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  if migration.handler is not null and migration.state <> 'finished' then
    raise exception using
      errcode = 'SL026',
      message = format('cannot clean up migration "%s" in SQL alone: its rows go to the handler "%s"', name,
        migration.handler),
      detail = format('It is %s, and a handler is code of an application.', migration.state),
      hint = 'Clean up in the application, in Swift: try await NAME.cleanup(on: client); '
        'or let a driver with the handler finish it, and then call this again.';
  end if;
end
$$;

comment on function sluice_internal.require_no_handler(text) is
  'Raises SL026 when a migration is not finished and its rows go to application code.';
