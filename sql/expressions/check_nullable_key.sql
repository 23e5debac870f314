-- sluice_internal.check_nullable_key(migration, relations): refuses key columns that may be null in pending rows. A row
-- with a null key lies in no range, so the walk would never visit it. A nullable column is accepted when the planner
-- can prove that no pending row has null in it (pending => 'canceled_by is not null and ...'). Each table that holds
-- rows is asked by itself.
-- Called when:  defining, and by the first batch of each lane that begins with the first row: a function that pending
--   calls may have been replaced, a table attached. In the author's session.
-- Locks: the target and its parts, ACCESS SHARE.  Writes: nothing.
-- Raises: SL004.

create or replace function sluice_internal.check_nullable_key(migration sluice_internal.migration, relations regclass[])
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
set constraint_exclusion to on
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  suspect record;
  alias text;
  path text;
  query text;
  plan json;
  settings_before jsonb;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  select string_agg(quote_ident(p), ', ') into path from unnest(migration.search_path) as p;

  for suspect in
    select l.relation, n.name
    from unnest(relations) as l (relation)
    cross join sluice_internal.nullable_columns(l.relation, migration.key_columns) as n (name)
  loop
    -- "is null" of a composite value asks for each of its fields
    query := format(E'explain (format json) select from only %s as %s where (%s\n) and %2$s.%4$I is not distinct from null',
      suspect.relation, alias, migration.pending, suspect.name);
    settings_before := sluice_internal.apply_settings(migration.settings);
    perform set_config('search_path', path, true);
    execute query into plan;
    perform set_config('search_path', 'pg_catalog, pg_temp', true), sluice_internal.apply_settings(settings_before);
    if plan #>> '{0,Plan,One-Time Filter}' is distinct from 'false' then
      raise exception using
        errcode = 'SL004',
        message = format('key column "%s" of table %s is nullable', suspect.name, suspect.relation),
        detail = 'Rows with null in it lie in no range of the walk and would never be visited.',
        hint = format('Walk by another key, or let pending exclude them: pending => ''%s is not null and ...''.',
          suspect.name)
          || case when exists (
              select from pg_attribute a
              where a.attrelid = suspect.relation and a.attname = suspect.name and a.attnotnull)
            then format(' Its NOT NULL constraint is not valid: alter table %s validate constraint ...;',
              suspect.relation)
            else '' end;
    end if;
  end loop;
end
$$;

comment on function sluice_internal.check_nullable_key(sluice_internal.migration, regclass[]) is
  'Raises SL004 when a pending row could have null in a key column.';
