-- sluice_internal.preview_after(migration, relation, versions): what rows have become since these were their versions.
-- The new version is found by the chain of versions, so that a changed key does not hide it; null for a row that is
-- gone.
-- Called when:  previewing, in the owner's session, after the change.
-- Locks, writes: nothing.  Raises: nothing of its own.

create or replace function sluice_internal.preview_after(migration sluice_internal.migration, relation regclass,
  versions text[])
returns jsonb[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted: @plpgsql_check_options: security_warnings = off
declare
  alias text;
  table_name text;
  contents jsonb[];
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  select format('%I.%I', n.nspname, c.relname) into table_name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.oid = relation;
  -- currtid2 is volatile, so it is called once a row here, and not once for each row of the table
  execute format(
    'select array_agg((select to_jsonb(%2$s) from only %1$s as %2$s where %2$s.ctid = v.latest) order by v.position) '
    'from (select currtid2(%3$L, u.version::tid) as latest, u.position '
    'from unnest($1) with ordinality as u (version, position) offset 0) as v',
    relation, alias, table_name)
  into contents using versions;
  return contents;
end
$$;

comment on function sluice_internal.preview_after(sluice_internal.migration, regclass, text[]) is
  'What rows have become since these were their versions.';
