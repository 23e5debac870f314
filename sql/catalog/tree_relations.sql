-- sluice_internal.tree_relations(target): a table with all that is below it: partitions and inheritors of each level,
-- partitioned ones too. Unlike pg_partition_tree() it locks none of them: there may be thousands, and one may be locked
-- by somebody who alters it.
-- Called when:  the tables of a target are wanted, at any time.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.tree_relations(target regclass)
returns table (relation regclass, kind "char")
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  -- most tables have nothing below them
  if not exists (select from pg_class c where c.oid = target and c.relhassubclass) then
    return query select c.oid::regclass, c.relkind from pg_class c where c.oid = target and c.relpersistence <> 't';
    return;
  end if;
  return query
  with recursive family as (
    select target::oid as relid
    union
    select i.inhrelid
    from family f
    join pg_inherits i on i.inhparent = f.relid and not i.inhdetachpending
  )
  select c.oid::regclass, c.relkind
  from family f
  -- a temporary one belongs to one session, and no query of another reads it
  join pg_class c on c.oid = f.relid and c.relpersistence <> 't'
  order by c.oid;
end
$$;

comment on function sluice_internal.tree_relations(regclass) is
  'A table with its partitions and inheritors of all levels, without locking them.';
