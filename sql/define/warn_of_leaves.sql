-- sluice_internal.warn_of_leaves(migration): notices where partitions and inheritors differ from the target in what the
-- definition reads of them: each is changed by its own name, with its own defaults and its own order of columns.
-- PostgreSQL parses the definition's SQL into a temporary view, whose tree has a variable without a column where a
-- whole row is read; then the view is rolled back. Only where a leaf has other columns than the target, or another
-- order of them.
-- Called when:  defining, in the author's session, when everything else was checked.
-- Locks: the target and the source, ACCESS SHARE.  Writes: nothing that stays.  Raises: nothing; notices with hints.

create or replace function sluice_internal.warn_of_leaves(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own SQL, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  noted record;
  target_name constant text := migration.target;
  reads_row boolean := false;
  query text;
begin
  select string_agg(distinct format('%I of %s', a.attname, l.relation), ', ') as names into noted
  from sluice_internal.split_assignments(migration.changes[1]) as s
  join pg_attribute a on a.attrelid = migration.target and a.attname = s.column_name
  cross join sluice_internal.leaf_relations(migration.target) as l
  join pg_attribute b on b.attrelid = l.relation and b.attname = a.attname
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_attrdef e on e.adrelid = b.attrelid and e.adnum = b.attnum
  where migration.kind = 'update' and s.expression is null and b.attgenerated = ''
    and pg_get_expr(d.adbin, d.adrelid) is distinct from pg_get_expr(e.adbin, e.adrelid)
    and exists (select from sluice_internal.sql_tokens(migration.changes[1]) as t where t.kind = 'word'
      and lower(t.token) = 'default');
  if noted.names is not null then
    raise notice using
      message = format('migration "%s" assigns a default, and that of column %s is another than that of %s',
        migration.name, noted.names,
        target_name),
      detail = 'Each partition or inheritor is changed by its own name, so it gets its own default.',
      hint = 'Where the default of the target is meant, write its value.';
  end if;

  with columns as (
    select r.relation, array_agg(a.attname order by a.attnum) as names
    from (select l.relation from sluice_internal.leaf_relations(migration.target) as l union select migration.target)
      as r
    join pg_attribute a on a.attrelid = r.relation and a.attnum > 0 and not a.attisdropped
    group by r.relation)
  select string_agg(c.relation::text, ', ' order by c.relation::text) as names into noted
  from columns c
  join columns t on t.relation = migration.target
  where c.names <> t.names;
  if noted.names is null then
    return;
  end if;

  -- for each expression a query of its own, since some may see the source and others not
  select string_agg(format(E'select (%s\n) is null as c from %s as %I%s', e.sql, target_name, c.relname,
      case when e.sees_source then ', ' || migration.source || E'\n' end), E'\nunion all\n')
  into query
  from pg_class c
  cross join (
    select migration.pending as sql, false as sees_source
    union all
    select migration.match, true
    union all
    select s.expression, true from sluice_internal.split_assignments(migration.changes[1]) as s
    where migration.kind = 'update'
  ) as e
  where c.oid = migration.target and e.sql is not null;
  begin
    perform set_config('search_path',
      (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
    execute 'create temporary view sluice_row as ' || query;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    select r.ev_action::text ~ format(':varattno 0 :vartype %s ', c.reltype)
    into reads_row
    from pg_rewrite r
    cross join pg_class c
    where r.ev_class = to_regclass('pg_temp.sluice_row') and c.oid = migration.target;
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;
  if reads_row then
    raise notice using
      message = format('migration "%s" reads rows of %s as a whole, and columns of %s are others, or in another order',
        migration.name,
        target_name, noted.names),
      detail = 'Each partition or inheritor is changed by its own name, so its rows are read as its own columns lie.',
      hint = 'Write the columns that are meant in place of the row.';
  end if;
end
$$;

comment on function sluice_internal.warn_of_leaves(sluice_internal.migration) is
  'Raises notices where defaults or the order of columns of partitions differ from the target''s, and the definition '
  'reads them.';
