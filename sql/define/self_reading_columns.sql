-- sluice_internal.self_reading_columns(migration): columns of a unique index, or an exclusion constraint, that are
-- assigned an expression which reads the same column: of the row itself, or of other rows of the target. Such values
-- are exchanged or shifted, and a row meets those that others have still.
-- Called when:  defining and planning, for advice.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.self_reading_columns(migration sluice_internal.migration)
returns table (column_name text, index regclass)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select distinct on (s.column_name) s.column_name, i.indexrelid::regclass
  from sluice_internal.split_assignments(migration.changes[1]) as s
  join pg_class c on c.oid = migration.target
  join sluice_internal.tree_relations(migration.target) as r on true
  join pg_index i on i.indrelid = r.relation and (i.indisunique or i.indisexclusion)
  join pg_attribute a on a.attrelid = i.indrelid and a.attname = s.column_name and a.attnum > 0
  where migration.kind = 'update'
    and (
      a.attnum = any (i.indkey::smallint[])
      or exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))
    and exists (
      select
      from (
        select t.name, lag(t.name) over w as sign, lag(t.name, 2) over w as qualifier
        from (
          select k.position, case k.kind
              when 'word' then lower(k.token)
              when 'name' then replace(substr(k.token, 2, length(k.token) - 2), '""', '"')
              else k.token
            end as name
          from sluice_internal.sql_tokens(s.expression) as k
          where k.kind <> 'space') as t
        window w as (order by t.position)) as u
      where u.name = s.column_name
        and (
          u.sign is distinct from '.'
          or u.qualifier = c.relname
          -- the target once more, under another name
          or exists (
            select from sluice_internal.sql_tokens(concat_ws(' ', migration.source, s.expression)) as k
            where case k.kind
                when 'word' then lower(k.token)
                when 'name' then replace(substr(k.token, 2, length(k.token) - 2), '""', '"')
              end = c.relname)))
  order by s.column_name, i.indexrelid
$$;

comment on function sluice_internal.self_reading_columns(sluice_internal.migration) is
  'Columns of unique indexes that are assigned an expression which reads the same column.';
