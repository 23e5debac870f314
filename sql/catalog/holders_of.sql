-- sluice_internal.holders_of(target, harmless): who holds locks on a table (catalog/lock_holders.sql), for messages.
-- Called when:  a lock could not be obtained.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.holders_of(target regclass, harmless text[] default '{}')
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(
    string_agg(coalesce('pid ' || h.pid, format('prepared transaction %L', h.gid)), ', ' order by h.pid, h.gid),
      'nobody any more')
  from sluice_internal.lock_holders(target, harmless) as h
$$;

comment on function sluice_internal.holders_of(regclass, text[]) is 'Who holds a lock on a table that is not harmless.';
