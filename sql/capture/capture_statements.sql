-- sluice_internal.capture_statements(migration, condition, is_safe): the statements that make the capture trigger, in
-- order. The function runs with the author's rights, because the application's role may lack them. What it raises is
-- swallowed, for a migration must not break the application: the row stays pending, and the walk puts it aside with its
-- error. Only the SQLSTATE is told, to who asks for it: the message may quote what the application may not read. A
-- trigger that another role created with it, on a table of its own, does nothing: such a table can have code of that
-- role in its types. Nor does it in a session that has a temporary table, view or type with a name that the definition
-- uses: a name that is not found in the path any more would be looked up there.
-- Called when:  defining, where the first two are tried, and installing, in the author's session.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_statements(migration sluice_internal.migration, condition text,
  is_safe boolean)
returns text[]
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  names record;
  function_name text;
  assignments text;
  statements text[];
  relation regclass;
  own_tables text;
  others text;
  query constant text := sluice_internal.capture_query(migration, '(select new.*)', condition is null);
  words text;
begin
  select * into names from sluice_internal.capture_names(coalesce(migration.migration_id, 0));
  select format('%I.%I', n.nspname, names.function_prefix || substr(md5(gen_random_uuid()::text), 1, 8))
  into function_name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.oid = migration.target;
  select string_agg(format('        sluice_row.%I := sluice_captured.c%s;', s.column_name, s.position), E'\n'
    order by s.position)
  into assignments
  from sluice_internal.split_assignments(migration.changes[1]) with ordinality as s (column_name, expression, position);

  -- a copy has other ids, and the names of before
  select format(case when c.relkind = 'p' then 'pg_catalog.pg_partition_root(tg_relid)' else 'tg_relid' end
      || '::pg_catalog.oid operator(pg_catalog.=) any (array[%s]::pg_catalog.oid[])', string_agg(format(
      case when c.relkind = 'p' then 'pg_catalog.pg_partition_root(%s), '
        'pg_catalog.pg_partition_root(pg_catalog.to_regclass(%L))'
      else '%s, pg_catalog.to_regclass(%L)' end, r.relation::oid, r.relation), ', '))
  into own_tables
  from pg_class c
  cross join sluice_internal.capture_relations(migration.target) as r
  where c.oid = migration.target
  group by c.relkind;
  select case when bool_or(t.token ~* '^u&') then 'true'
    else format('t.typname operator(pg_catalog.=) any (%L::pg_catalog.name[])',
      array_agg(distinct case t.kind when 'word' then lower(t.token)
        else replace(substr(t.token, 2, length(t.token) - 2), '""', '"') end::name)) end
  into words
  from sluice_internal.sql_tokens(concat_ws(' ', query, condition)) as t
  where t.kind in ('word', 'name');
  -- what default privileges give
  select string_agg(distinct format(', %I', r.rolname), '') into others
  from pg_default_acl a
  cross join aclexplode(a.defaclacl) as x
  join pg_roles r on r.oid = x.grantee and r.oid <> a.defaclrole
  where a.defaclrole = sluice_internal.role_id(session_user) and a.defaclobjtype = 'f';

  statements := array[
    format('create function %s() returns trigger language plpgsql security definer '
      '%s set plan_cache_mode to force_generic_plan as %L',
      function_name, sluice_internal.settings_clause(migration.search_path, migration.settings), format(
      $body$
#variable_conflict use_column
declare
  sluice_captured record;
  sluice_row record;
begin
  if (%s) is not true then
    return new;
  elsif pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) 0::pg_catalog.oid then
    if exists (
      select from pg_catalog.pg_type as t
      where t.typnamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema() and %s)
    then
      return new;
    end if;
  end if;
  begin
    if (%s) then
      select into sluice_captured %s;
      if found then
        sluice_row := new;
%s
        return sluice_row;
      end if;
    end if;
  exception when others or assert_failure then
    raise debug 'the row stays pending, SQLSTATE %%', sqlstate;
  end;
  return new;
end$body$, own_tables, words, case when is_safe then 'true' else coalesce(condition, 'true') end,
      query, assignments)),
    format('revoke all on function %s() from public%s', function_name, others),
    format('comment on function %s() is %L', function_name, format(
      'Converts rows of %s that are written before migration "%s" has come to them; removed by its cleanup.',
      migration.target, migration.name))];

  for relation in select r.relation from sluice_internal.capture_relations(migration.target) as r loop
    statements := statements || format(
      'create trigger %I before insert or update on %s for each row %sexecute function %s()',
      names.trigger_name, relation, case when is_safe then format('when (%s) ', condition) end, function_name);
    if not exists (
      select from pg_class c
      where c.oid in (select t.relation from sluice_internal.tree_relations(relation) as t)
        and not pg_has_role(c.relowner, 'usage'))
    then
      statements := statements || format('alter table %s enable always trigger %I', relation, names.trigger_name);
    end if;
  end loop;
  return statements;
end
$$;

comment on function sluice_internal.capture_statements(sluice_internal.migration, text, boolean) is
  'The statements that create a capture trigger and its function, in order.';
