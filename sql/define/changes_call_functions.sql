-- sluice_internal.changes_call_functions(migration, path): whether what a definition writes is computed by functions
-- that may read tables. Also true where that cannot be seen: statements, and assignments that cannot be taken apart.
-- Called when:  defining, in the author's session.
-- Locks: the relations, ACCESS SHARE.  Writes: nothing that stays.  Raises: nothing.

create or replace function sluice_internal.changes_call_functions(migration sluice_internal.migration, path text)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  expressions text[];
begin
  if migration.kind in ('handler', 'statements') then
    return migration.kind = 'statements';
  elsif migration.kind = 'update' then
    expressions := array(
      select a.expression from sluice_internal.split_assignments(migration.changes[1]) as a
      where a.expression is not null);
  end if;
  begin
    return coalesce(array_length(expressions, 1), 0) < (
        select count(*) from sluice_internal.split_assignments(migration.changes[1]) where migration.kind = 'update')
      or (sluice_internal.find_functions(
        (select format('select %s from %s as %I%s where true%s',
          coalesce((select string_agg(format(E'%s\n as c%s', e.sql, e.position), ', ')
            from unnest(expressions) with ordinality as e (sql, position)), '1 as c1'),
          migration.target, c.relname, ', ' || migration.source || E'\n', ' and (' || migration.match || E'\n)')
        from pg_class c
        where c.oid = migration.target), path)).reads;
  exception when others then
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    return true;
  end;
end
$$;

comment on function sluice_internal.changes_call_functions(sluice_internal.migration, text) is
  'Whether what a definition writes is computed by functions that may read tables.';
