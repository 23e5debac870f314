-- sluice.version(): the version of the code that is installed. The one place where it is written.
-- Called when:  anybody asks; the extension's Makefile and the driver read it from this file.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.version()
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select '0.1.0'
$$;

comment on function sluice.version() is 'The version of Sluice that is installed in this database.';
