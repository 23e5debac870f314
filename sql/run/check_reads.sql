-- sluice_internal.check_reads(since): whether a table that a function read was rewritten after that snapshot. Such a
-- table is empty to a query with an older one: a predicate, or a value, is not what it should be. A query locks what it
-- names before it takes its snapshot; what its functions read is locked when they are called. Locks are kept until the
-- batch is committed, so that they tell what was read.
-- Called when:  a batch is done whose SQL calls functions that may read tables, with the session's rights.
-- Locks, writes: nothing.
-- Raises: 40001: the batch is rolled back, and tried again.

create or replace function sluice_internal.check_reads(since pg_snapshot)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  next_xid constant bigint := pg_snapshot_xmax(since)::text::bigint;
  known record;
  -- the whole transaction id, of which a row has the lower half: the one next to next_xid
  rewritten_in bigint;
begin
  for known in
    select distinct c.oid::regclass as relation, c.xmin::text::bigint as xid
    from pg_locks l
    join pg_class c on c.oid = l.relation and c.relkind in ('r', 'm')
    where l.locktype = 'relation' and l.pid = pg_backend_pid()
      and l.database = (select d.oid from pg_database d where d.datname = current_database())
  loop
    rewritten_in := next_xid + (known.xid - next_xid + 2147483648 & 4294967295) - 2147483648;
    if known.xid > 2 and rewritten_in < pg_snapshot_xmax(pg_current_snapshot())::text::bigint and (
      rewritten_in >= next_xid
      -- the transaction was open; or it is a subtransaction, of one that was
      or exists (
        select from pg_snapshot_xip(since) as x (xid)
        where x.xid::text::bigint = rewritten_in
          or x.xid::text::bigint < rewritten_in and pg_xact_status(x.xid) = 'committed'))
      -- not by the batch itself
      and pg_xact_status(rewritten_in::text::xid8) = 'committed'
    then
      raise exception using
        errcode = 'serialization_failure',
        message = format('table %s, which a function reads, was altered while the batch was running', known.relation),
        detail = 'To a query that began before, it may seem empty.',
        hint = 'It is tried again.';
    end if;
  end loop;
end
$$;

comment on function sluice_internal.check_reads(pg_snapshot) is
  'Raises 40001 when a table that a function of the batch read was altered since a snapshot.';
