-- sluice_internal.lock_holders(target, harmless): the sessions and prepared transactions that hold a lock on a table,
-- or on one of its parts, in other modes than the harmless ones; up to five of them. A prepared transaction has no
-- backend, and its id in gid.
-- Called when:  a lock could not be obtained: that for a capture trigger, or one of a batch or of cleanup.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.lock_holders(target regclass, harmless text[] default '{}')
returns table (pid integer, gid text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select distinct k.pid, x.gid
  from pg_locks k
  left join pg_locks o on k.pid is null and o.pid is null and o.locktype = 'transactionid' and o.granted
    and o.virtualtransaction = k.virtualtransaction
  left join pg_prepared_xacts x on x.transaction = o.transactionid
  where k.locktype = 'relation' and k.granted and k.pid is distinct from pg_backend_pid()
    and k.database = (select d.oid from pg_database d where d.datname = current_database())
    and k.relation in (select t.relation from sluice_internal.tree_relations(target) as t)
    and k.mode <> all (harmless)
  order by 1, 2
  limit 5
$$;

comment on function sluice_internal.lock_holders(regclass, text[]) is
  'Returns who holds a lock on a table that is not harmless.';
