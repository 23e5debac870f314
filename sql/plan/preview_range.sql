-- sluice.preview_range(migration, relation, lower, upper, rows): the first pending rows of a range before and after one batch
-- over them, rolled back. The new version of a row is found by its chain of versions, so that a changed key does not hide it.
-- Called when:  previewing, in the owner's session.
-- Locks: the rows, until the end of the probe.  Writes: nothing that stays.
-- Raises: whatever the author's SQL raises.

create or replace function sluice.preview_range(
  migration sluice.migration, relation regclass, lower text[], upper text[], rows integer
)
returns table (key text, row_before jsonb, row_after jsonb)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted; the predicate is the author's own, run with the author's rights:
-- @plpgsql_check_options: security_warnings = off
declare
  suffix text := format('%s_%s', migration.migration_id, relation::oid);
  alias text;
  table_name text;
  keys text[];
  versions text[];
  before jsonb[];
  after jsonb[];
  last_key text[];
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  select format('%I.%I', n.nspname, c.relname) into table_name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.oid = relation;
  perform set_config('search_path',
      (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);

  begin
    perform set_config('lock_timeout', '100ms', true);
    execute format(
      E'select array_agg(w.key order by w.position), array_agg(w.version order by w.position), '
      'array_agg(w.content order by w.position) '
      'from (select array[%1$s]::text as key, %2$s.ctid::text as version, to_jsonb(%2$s) as content, '
      'row_number() over (order by %3$s) as position from only %4$s as %2$s where %5$s and (%6$s\n) order by %3$s limit $3) as w',
      (select string_agg(format('%s.%I::text', alias, k), ', ') from unnest(migration.key_columns) as k),
      alias,
      (select string_agg(format('%s.%I', alias, k), ', ') from unnest(migration.key_columns) as k),
      relation, sluice.range_condition(alias, migration.key_columns, migration.key_types), migration.pending)
    into keys, versions, before using lower, upper, rows;
    last_key := keys[cardinality(keys)]::text[];

    execute format('select sluice.%I($1, $2, 1, 0)', 'change_' || suffix) using lower, last_key;
    set constraints all immediate;
    -- currtid2 is volatile, so it is called once a row here, and not once for each row of the table
    execute format(
      'select array_agg((select to_jsonb(%2$s) from only %1$s as %2$s where %2$s.ctid = v.latest) order by v.position) '
      'from (select currtid2(%3$L, u.version::tid) as latest, u.position '
      'from unnest($1) with ordinality as u (version, position) offset 0) as v',
      relation, alias, table_name)
    into after using versions;
    raise exception using errcode = 'SL000', message = 'rolled back on purpose';
  exception when sqlstate 'SL000' then
    null;
  end;
  return query select * from unnest(keys, before, after);
end
$$;

comment on function sluice.preview_range(sluice.migration, regclass, text[], text[], integer) is
  'The first pending rows of a range, and what one batch makes of them; rolled back.';
