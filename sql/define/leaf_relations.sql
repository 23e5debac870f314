-- sluice.leaf_relations(target): the tables that hold the target's rows.
-- Called when:  defining, scheduling, verifying.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.leaf_relations(target regclass)
returns table (relation regclass)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with recursive family as (
    select target::oid as relid
    union all
    select i.inhrelid
    from family f
    join pg_inherits i on i.inhparent = f.relid and not i.inhdetachpending
  )
  select c.oid::regclass
  from family f
  join pg_class c on c.oid = f.relid
  where c.relkind = 'r'
  order by c.oid
$$;

comment on function sluice.leaf_relations(regclass) is
  'The ordinary tables that hold the rows of a table: its leaf partitions or inheritors, or itself.';
