-- sluice_internal.wal_rate(): bytes of WAL a second that this server wrote since it was asked last, by all sessions
-- together.
-- Called when:  the guard wal_budget is read.
-- Locks, writes: the row of sluice_internal.wal_mark of the session's role.
-- Raises: nothing. Null the first time, and when it was asked last more than a minute ago.

create or replace function sluice_internal.wal_rate()
returns double precision
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  before sluice_internal.wal_mark;
  mark sluice_internal.wal_mark;
begin
  select w.* into before from sluice_internal.wal_mark w order by w.marked_at desc limit 1;
  insert into sluice_internal.wal_mark as w (reader, lsn, marked_at)
  values (sluice_internal.role_id(session_user), pg_current_wal_lsn(), clock_timestamp())
  on conflict on constraint wal_mark_pkey do update set lsn = excluded.lsn, marked_at = excluded.marked_at
  returning w.* into mark;
  if before.marked_at > mark.marked_at - interval '1 minute' then
    return pg_wal_lsn_diff(mark.lsn, before.lsn) / nullif(extract(epoch from mark.marked_at - before.marked_at), 0);
  end if;
  return null;
end
$$;

comment on function sluice_internal.wal_rate() is
  'Bytes of WAL a second, of the whole server, since it was asked last.';
