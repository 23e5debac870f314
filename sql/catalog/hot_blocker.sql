-- sluice_internal.hot_blocker(migration, relation): an index that keeps every update of the migration from being HOT,
-- because it depends on a column that is changed: as a key, in INCLUDE, in an expression or in a predicate.
-- BRIN does not count from PostgreSQL 16 on.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing. Null when there is none.

create or replace function sluice_internal.hot_blocker(migration sluice_internal.migration, relation regclass)
returns regclass
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select i.indexrelid::regclass
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_am am on am.oid = c.relam
  join pg_attribute a on a.attrelid = i.indrelid
    and a.attname = any ((select sluice_internal.changed_columns(migration))::text[])
  where i.indrelid = relation and a.attnum > 0
    and (am.amname <> 'brin' or current_setting('server_version_num')::integer < 160000)
    and (
      a.attnum = any (i.indkey::smallint[])
      or exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))
  order by 1
  limit 1
$$;

comment on function sluice_internal.hot_blocker(sluice_internal.migration, regclass) is
  'An index on a column that the migration changes, so that no update can be HOT; or null.';
