-- sluice_internal.warn_of_false_predicate(migration): a notice where the planner proves that no row is pending: by the
-- predicate itself, by the table's constraints, or because a column that it wants to be null is NOT NULL. In a tree, it
-- must be so of each leaf.
-- Called when:  defining, in the author's session.
-- Locks: the leaves, ACCESS SHARE, one after another.  Writes: nothing.  Raises: nothing; a notice with a hint.

create or replace function sluice_internal.warn_of_false_predicate(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
set constraint_exclusion to on
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  alias text;
  known text;
  leaf regclass;
  statement text;
  plan json;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  -- from PostgreSQL 18 on, NOT NULL may be there and not valid
  select string_agg(format(' and %s.%I is not null', alias, a.attname), '') into known
  from pg_attribute a
  where a.attrelid = migration.target and a.attnum > 0 and a.attnotnull and not a.attisdropped
    and not exists (
      select from pg_constraint n
      where n.conrelid = a.attrelid and n.contype = 'n' and n.conkey = array[a.attnum] and not n.convalidated)
    and has_column_privilege(session_user, a.attrelid, a.attnum, 'select');
  for leaf in select l.relation from sluice_internal.leaf_relations(migration.target) as l loop
    begin
      statement := format(E'explain (format json) select from only %s as %s where (%s\n)%s', leaf, alias,
        migration.pending, known);
      perform sluice_internal.apply_settings(migration.settings);
      perform set_config('search_path',
        (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
      execute statement into plan;
      raise exception using errcode = 'SL090', message = 'rolled back on purpose';
    exception when sqlstate 'SL090' then
      -- so that the lock on it is released: there may be thousands
      null;
    end;
    if plan #>> '{0,Plan,One-Time Filter}' is distinct from 'false' then
      return;
    end if;
  end loop;
  if leaf is not null then
    raise notice using
      message = format('migration "%s": pending is never true, so nothing will be changed', migration.name),
      detail = 'PostgreSQL proves it from the predicate and the constraints of the table; a column that is NOT NULL '
        'is never null.',
      hint = 'Let pending be true for the rows that need work, for example those that still have the column''s '
        'default.';
  end if;
end
$$;

comment on function sluice_internal.warn_of_false_predicate(sluice_internal.migration) is
  'Raises a notice where PostgreSQL proves that no row is pending.';
