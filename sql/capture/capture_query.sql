-- sluice_internal.capture_query(migration, row_source, checks_pending): the query that gives what an update would write
-- into one row: a column c1, c2 ... for each assigned column, and no row where the update would leave it alone.
-- Called when:  a capture trigger is tried and made.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_query(migration sluice_internal.migration, row_source text,
  checks_pending boolean)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(E'%s\nfrom %s as %s%s\nwhere true%s%s\nlimit 1',
    a.expressions, row_source, c.alias,
    ', ' || migration.source || E'\n',
    ' and (' || migration.match || E'\n)',
    case
      when checks_pending and migration.scoped
        then format(E' and (select (%s\n) from (select %2$s.*) as %2$s)', migration.pending, c.alias)
      when checks_pending then format(E' and (%s\n)', migration.pending)
    end)
  from (select quote_ident(r.relname) as alias from pg_class r where r.oid = migration.target) as c
  cross join (
    select string_agg(format(E'%s\n  as c%s', s.expression, s.position), ', ' order by s.position) as expressions
    from sluice_internal.split_assignments(migration.changes[1]) with ordinality as s (column_name, expression,
      position)) as a
$$;

comment on function sluice_internal.capture_query(sluice_internal.migration, text, boolean) is
  'The select list and what follows, of a query that gives what a definition writes into one row.';
