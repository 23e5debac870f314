-- sluice_internal.preview_written(migration, relation, lower, upper, rows): what statements write over the first
-- pending rows of a range, in whatever tables, before and after; rolled back.
-- The batch is run twice. The first time tells which tables it writes, and leaves its mark on the versions of rows that
-- it ended; so the second time these rows are known beforehand, and are followed to what becomes of them.
-- Called when:  previewing statements, in the owner's session.
-- Locks: the rows, until the end of the probe.  Writes: nothing that stays.
-- Raises: whatever the author's SQL raises; a notice with the number of rows by table.

create or replace function sluice_internal.preview_written(
  migration sluice_internal.migration, relation regclass, lower text[], upper text[], rows integer
)
returns table (key text, written regclass, row_before jsonb, row_after jsonb, action text)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted: @plpgsql_check_options: security_warnings = off
declare
  gives_up_at constant timestamptz := clock_timestamp() + interval '2 seconds';
  change text := format('select from sluice_internal.%I($1, $2, 1, 0) as c',
    format('change_%s_%s', migration.migration_id, relation::oid));
  counted jsonb;
  tables regclass[];
  told text[];
  versions tid[];
  marks jsonb := '{}'::jsonb;
  answer jsonb := '[]'::jsonb;
  found_here jsonb;
  line record;
begin
  perform pg_current_xact_id();
  upper := (
    select b.keys[cardinality(b.keys)]::text[]
    from sluice_internal.preview_before(migration, relation, lower, upper, rows) as b);

  begin
    perform set_config('lock_timeout', '100ms', true);
    select coalesce(jsonb_object_agg(w.relation::oid, to_jsonb(w)), '{}') into counted
    from sluice_internal.written_tables() as w;
    execute change using lower, upper;
    set constraints all immediate;
    select array_agg(w.relation order by w.relation::text),
      array_agg(concat_ws(', ', w.inserted || ' inserted', w.updated || ' updated', w.deleted || ' deleted')
        order by w.relation::text)
    into tables, told
    from (
      select n.relation, nullif(n.inserted - coalesce(b.inserted, 0), 0) as inserted,
        nullif(n.updated - coalesce(b.updated, 0), 0) as updated,
        nullif(n.deleted - coalesce(b.deleted, 0), 0) as deleted
      from sluice_internal.written_tables() as n
      cross join jsonb_to_record(counted -> n.relation::oid::text) as b (inserted bigint, updated bigint,
        deleted bigint)) as w
    where num_nonnulls(w.inserted, w.updated, w.deleted) > 0 and has_table_privilege(w.relation, 'select');
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;

  for line in select u.table_name, u.facts from unnest(tables, told) as u (table_name, facts) loop
    raise notice 'a batch writes to %: %', line.table_name, line.facts;
    marks := marks || jsonb_build_object(line.table_name::oid,
      sluice_internal.find_versions(line.table_name, 'xmax', 10 * rows, gives_up_at)::text[]);
  end loop;

  begin
    perform set_config('lock_timeout', '100ms', true);
    for line in select t.relation from unnest(tables) as t (relation) loop
      execute format(
        'select jsonb_object_agg(t.ctid::text, to_jsonb(t)) from only %s as t where t.ctid = any ($1)', line.relation)
      into found_here using (select array_agg(v::tid)
        from jsonb_array_elements_text(marks -> line.relation::oid::text) as v);
      marks := marks || jsonb_build_object(line.relation::oid, coalesce(found_here, '{}'));
    end loop;
    execute change using lower, upper;
    set constraints all immediate;
    for line in select t.relation from unnest(tables) as t (relation) loop
      -- currtid2 is volatile, so it is called once a row here, and not once for each row of the table
      execute format(
        'select jsonb_agg(jsonb_build_object(''relation'', %2$L, ''version'', v.latest, ''before'', v.before, ''after'', '
        '(select to_jsonb(t) from only %1$s as t where t.ctid = v.latest)) order by v.version::tid) filter (where '
        'v.version::tid <> v.latest '
        'or not exists (select from only %1$s as t where t.ctid = v.latest)) '
        'from (select currtid2(%1$L, m.key::tid) as latest, m.key as version, m.value as before from jsonb_each($1) '
        'as m offset 0) as v',
        line.relation, line.relation::oid)
      into found_here using marks -> line.relation::oid::text;
      answer := answer || coalesce(found_here, '[]');
      versions := sluice_internal.find_versions(line.relation, 'xmin', 20 * rows, gives_up_at);
      execute format(
        'select jsonb_agg(jsonb_build_object(''relation'', %2$L, ''after'', to_jsonb(t)) order by t.ctid) from only '
        '%1$s as t '
        'where t.ctid = any ($1) and t.ctid::text <> all (select a ->> ''version'' from jsonb_array_elements($2) as a '
        'where a ? ''version'')', line.relation, line.relation::oid)
      into found_here using versions, coalesce(found_here, '[]');
      answer := answer || coalesce(found_here, '[]');
    end loop;
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;

  return query
  select array(select coalesce(e.before, e.after) ->> k.name
    from unnest(r.key_columns) with ordinality as k (name, position)
      order by k.position)::text,
    e.relation::regclass, e.before, e.after,
    case when e.before is null then 'insert' when e.after is null then 'delete' else 'update' end
  from (
    select x.*, row_number() over (partition by x.relation order by x.ordinality) as position
    from rows from (jsonb_to_recordset(answer) as (relation oid, before jsonb, after jsonb)) with ordinality as x) as e
  cross join lateral (select exists (
    select from sluice_internal.leaf_relations(migration.target) as l where l.relation = e.relation) as is_target) as t
  cross join lateral (
    select case when t.is_target then migration.key_columns else array(
      select a.attname::text
      from pg_index i
      cross join unnest(i.indkey) with ordinality as c (attnum, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = c.attnum
      where i.indrelid = e.relation and i.indisprimary
      order by c.position)
    end as key_columns) as r
  where e.position <= rows
  order by t.is_target desc, e.relation::regclass::text, e.position;
end
$$;

comment on function sluice_internal.preview_written(sluice_internal.migration, regclass, text[], text[], integer) is
  'What statements write over the first pending rows of a range, by table; rolled back.';
