-- sluice_internal.prove_body(migration, same_relation): the body of a prove_ function: one query over the whole target,
-- the parent with all its leaves, that counts the rows that are pending.
-- The target and its leaves are locked first, by EXPLAIN, which needs no right on them but those of the query. The
-- query has a snapshot of its own, taken after that: an older one may see a table as empty that was rewritten since. So
-- the transaction must be READ COMMITTED, in which each statement of a volatile function has one. A partition may be
-- attached in spite of the lock; therefore leaves and their files must be the same before and after.
-- The predicate stands in WHERE, as in a sweep: there its parts are evaluated in the same order, and an index may serve
-- it. All rows are counted beside, where that takes no more than a few seconds.
-- The query is executed as a string, since PL/pgSQL reads no table in parallel for SELECT INTO.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.prove_body(migration sluice_internal.migration, same_relation text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
declare
  sluice_most_bytes constant bigint := 1000000000;
  sluice_leaves text;
  sluice_bytes bigint;
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception using
      errcode = 'active_sql_transaction',
      message = pg_catalog.format('cannot prove in a %%s transaction that no row of %%s is pending',
        current_setting('transaction_isolation'), %1$L),
      detail = 'Its snapshot is older than the lock on the table, and may see a table as empty that was rewritten '
        'since.',
      hint = 'Run it in READ COMMITTED transactions, for example: '
        'alter role ... set default_transaction_isolation to ''read committed'';';
  end if;
  execute 'explain ' || %5$L;%2$s
  select string_agg(pg_catalog.format('%%s in file %%s', l.relation::oid, pg_relation_filenode(l.relation)), ', '
      order by l.relation::oid),
    coalesce(sum(pg_relation_size(l.relation)), 0)
  into sluice_leaves, sluice_bytes
  from sluice_internal.leaf_relations(%3$s) as l;

  execute case when sluice_bytes > sluice_most_bytes then %5$L else %4$L end into rows_counted, rows_pending, snapshot;

  if sluice_leaves is distinct from (
    select string_agg(pg_catalog.format('%%s in file %%s', l.relation::oid, pg_relation_filenode(l.relation)), ', '
      order by l.relation::oid)
    from sluice_internal.leaf_relations(%3$s) as l)
  then
    raise exception using
      errcode = 'serialization_failure',
      message = pg_catalog.format('the partitions of %%s changed while its rows were counted', %1$L),
      hint = 'It is tried again.';
  end if;%2$s
end$body$,
    migration.target, same_relation, migration.target::oid,
    format(query, format('(select count(*) from %s)', migration.target), migration.target, alias, migration.pending),
    format(query, 'null', migration.target, alias, migration.pending))
  from (
    select E'select %s, count(*), pg_current_snapshot() from %s as %s where (%s\n)' as query,
    quote_ident(c.relname) as alias
    from pg_class c
    where c.oid = migration.target) as q
$$;

comment on function sluice_internal.prove_body(sluice_internal.migration, text) is
  'The body of the function that counts the pending rows of the whole target in one snapshot.';
