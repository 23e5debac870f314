-- sluice.holders_of(target, harmless): the backends that hold a lock on a table, or on one of its parts, in other modes than
-- the harmless ones; up to five of them.
-- Called when:  a lock was not to be had: that for a capture trigger, or one of cleanup.
-- Locks, writes, raises: nothing.

create or replace function sluice.holders_of(target regclass, harmless text[] default '{}')
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(string_agg(h.holder, ', ' order by h.holder), 'nobody any more')
  from (
    select distinct coalesce('pid ' || k.pid, 'a prepared transaction') as holder
    from pg_locks k
    where k.locktype = 'relation' and k.granted and k.pid is distinct from pg_backend_pid()
      and k.database = (select d.oid from pg_database d where d.datname = current_database())
      and k.relation in (select t.relation from sluice.tree_relations(target) as t)
      and k.mode <> all (harmless)
    order by 1
    limit 5) as h
$$;

comment on function sluice.holders_of(regclass, text[]) is 'Who holds a lock on a table that is not harmless.';
