-- sluice_internal.unindexed_references(migration): foreign keys that refer to the target, or to a table above or below
-- it, and must be looked after for each row that a delete removes, or whose referenced key an update changes, where no
-- index serves that: each row then reads the whole referencing table. An index serves when it begins with the
-- referencing columns, in any order.
-- Called when:  planning, for advice.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.unindexed_references(migration sluice_internal.migration)
returns table (reference text, relation regclass, columns text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with recursive above as (
    select migration.target::oid as relid
    union
    select i.inhparent
    from above a
    join pg_inherits i on i.inhrelid = a.relid and not i.inhdetachpending
  )
  select k.conname::text, k.conrelid::regclass, string_agg(quote_ident(a.attname), ', ' order by c.position)
  from pg_constraint k
  cross join unnest(k.conkey) with ordinality as c (attnum, position)
  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum
  where k.contype = 'f' and k.conparentid = 0
    and k.confrelid in (
      select a.relid from above a union select t.relation from sluice_internal.tree_relations(migration.target) as t)
    and (
      migration.kind = 'delete'
      or migration.kind = 'update' and exists (
        select from pg_attribute f
        where f.attrelid = k.confrelid and f.attnum = any (k.confkey)
          and f.attname = any ((select sluice_internal.changed_columns(migration))::text[])))
    and exists (
      select
      from sluice_internal.leaf_relations(k.conrelid) as l
      where not exists (
        select
        from pg_index i
        join pg_class x on x.oid = i.indexrelid
        join pg_am m on m.oid = x.relam and m.amname in ('btree', 'hash')
        where i.indrelid = l.relation and i.indisvalid
          -- a predicate that holds for whatever equals something does no harm
          and coalesce(pg_get_expr(i.indpred, i.indrelid), '') ~ '^([(]?("[^"]*"|[[:alnum:]_]+) IS NOT NULL[)]?)?$'
          and (
            select array_agg(b.attname::text order by b.attname)
            from generate_series(0, cardinality(k.conkey) - 1) as n
            join pg_attribute b on b.attrelid = l.relation and b.attnum = i.indkey[n]
          ) = (
            select array_agg(b.attname::text order by b.attname)
            from pg_attribute b where b.attrelid = k.conrelid and b.attnum = any (k.conkey))))
  group by k.oid, k.conname, k.conrelid
  order by k.conrelid::regclass::text, k.conname
$$;

comment on function sluice_internal.unindexed_references(sluice_internal.migration) is
  'Foreign keys to the target that no index serves, for rows that are deleted or whose referenced key changes.';
