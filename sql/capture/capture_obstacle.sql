-- sluice_internal.capture_obstacle(migration): why no trigger can do what the definition does, with what to do instead;
-- or no row. While a view pg_temp.sluice_captured exists, made from the definition, the columns that it reads are
-- looked at too.
-- Called when:  defining with capture, in the author's session.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_obstacle(migration sluice_internal.migration)
returns table (problem text, hint text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select 'only an update (set) can be captured, this is a ' || migration.kind,
    'Leave capture out, and let the application write converted rows before the migration is scheduled.'
  where migration.kind <> 'update'
  union all
  select 'without a pending predicate nothing tells which rows to convert',
    'Give pending => ''...'', true for rows that need work and false once they are done.'
  where btrim(lower(migration.pending)) = 'true'
  union all
  select format('what is assigned to column %s has no expression of its own',
    coalesce(quote_ident(a.column_name), '?')),
    'Assign each column an expression: no default, no element or field of a column, no row(x.*).'
  from sluice_internal.split_assignments(migration.changes[1]) as a
  where migration.kind = 'update' and (a.expression is null or a.column_name is null)
  union all
  select format('column %I is part of a partition key', a.attname),
    'A trigger cannot move a row to another partition: let the application write converted rows.'
  from sluice_internal.tree_relations(migration.target) as t
  join pg_partitioned_table p on p.partrelid = t.relation
  join pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::smallint[])
  where a.attname = any (sluice_internal.changed_columns(migration))
  union all
  select format('column %I is generated, and a trigger runs before it is', a.attname),
    'Write the generating expression in its place.'
  from pg_rewrite r
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid = migration.target
  join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where r.ev_class = to_regclass('pg_temp.sluice_captured') and a.attgenerated <> ''
  union all
  -- no dependency tells of it: a whole row is a variable without a column, of the table's row type
  select format('the row as a whole is read, in which column %I is generated, and a trigger runs before it is',
    a.attname),
    'Write the columns that are meant in its place.'
  from pg_rewrite r
  join pg_class c on c.oid = migration.target
  join pg_attribute a on a.attrelid = c.oid
  where r.ev_class = to_regclass('pg_temp.sluice_captured') and a.attgenerated <> ''
    and r.ev_action::text ~ format(':varattno 0 :vartype %s ', c.reltype)
$$;

comment on function sluice_internal.capture_obstacle(sluice_internal.migration) is
  'Why no trigger can do to one row what the definition does, with what to do instead.';
