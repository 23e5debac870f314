-- sluice_internal.require_writes(name): refuses a cleanup where the database, or the session, is read-only by default.
-- Nothing overrides that.
-- Called when:  cleanup begins.
-- Locks, writes: nothing.
-- Raises: 25006, with where it was set, and how it ends.

create or replace function sluice_internal.require_writes(name text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  known record;
begin
  if current_setting('transaction_read_only') = 'off' then
    return;
  end if;
  select r.reason, r.advice into known
  from sluice_internal.read_only_reason(sluice_internal.role_id(current_user)) as r;
  raise exception using
    errcode = 'read_only_sql_transaction',
    message = format('cannot clean up migration "%s": it waits for %s', name,
      coalesce(known.reason, 'this session to take writes: default_transaction_read_only is on')),
    hint = coalesce(known.advice, 'set default_transaction_read_only = off;');
end
$$;

comment on function sluice_internal.require_writes(text) is 'Raises 25006 where a cleanup could not write.';
