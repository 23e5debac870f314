-- sluice.preview_before(migration, relation, lower, upper, rows): the first pending rows of a range: their keys, where their present
-- versions lie, and what they hold.
-- Called when:  previewing, in the owner's session.
-- Locks, writes: nothing.
-- Raises: whatever the author's predicate raises.

create or replace function sluice.preview_before(
  migration sluice.migration, relation regclass, lower text[], upper text[], rows integer,
  out keys text[], out versions text[], out contents jsonb[]
)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted; the predicate is the author's own, run with the author's rights:
-- @plpgsql_check_options: security_warnings = off
declare
  alias text;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  perform set_config('search_path',
    (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
  execute format(
    E'select array_agg(w.key order by w.position), array_agg(w.version order by w.position), '
    'array_agg(w.content order by w.position) '
    'from (select array[%1$s]::text as key, %2$s.ctid::text as version, to_jsonb(%2$s) as content, '
    'row_number() over (order by %3$s) as position from only %4$s as %2$s where %5$s and (%6$s\n) order by %3$s limit $3) as w',
    (select string_agg(format('%s.%I::text', alias, k), ', ') from unnest(migration.key_columns) as k),
    alias,
    (select string_agg(format('%s.%I', alias, k), ', ') from unnest(migration.key_columns) as k),
    relation, sluice.batch_range(alias, migration.key_columns, migration.key_types), migration.pending)
  into keys, versions, contents using lower, upper, rows;
end
$$;

comment on function sluice.preview_before(sluice.migration, regclass, text[], text[], integer) is
  'The first pending rows of a range: keys, versions, contents.';
