-- sluice_internal.check_capture(migration): whether a trigger can do to one row what the definition does to many, and
-- looks its names up where others than the author cannot create what it would call: it runs in the sessions of all who
-- write to the table, with the author's rights.
-- Called when:  defining with capture, in the author's session, when everything else was checked.
-- Locks: the tables mentioned, ACCESS SHARE.  Writes: nothing that stays.
-- Raises: SL001 where it cannot; 42501 for missing rights; PostgreSQL's own errors, with the argument named in the
--   message.

create or replace function sluice_internal.check_capture(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own SQL, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  path text;
  refused record;
  missing text;
  statements text[];
  query text;
begin
  perform sluice_internal.refuse_open_schemas(migration);
  select string_agg(quote_ident(p), ', ') into path from unnest(migration.search_path) as p;
  begin
    if migration.kind = 'update' and not exists (select from sluice_internal.capture_obstacle(migration)) then
      query := format('create temporary view sluice_captured as select %s',
        sluice_internal.capture_query(migration, migration.target::text, true));
      perform set_config('search_path', path, true);
      execute query;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
    end if;
    select o.* into refused from sluice_internal.capture_obstacle(migration) as o limit 1;
    if found then
      raise exception using
        errcode = 'SL001',
        message = format('migration "%s", capture: %s', migration.name, refused.problem),
        hint = refused.hint;
    end if;

    select coalesce(
      (select format('create on schema %s', n.nspname::regnamespace)
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.oid = migration.target and not has_schema_privilege(n.oid, 'create')),
      (select format('trigger on table %s', r.relation)
      from sluice_internal.capture_relations(migration.target) as r
      where not has_table_privilege(r.relation, 'trigger')
      limit 1))
    into missing;
    if missing is not null then
      raise exception using
        errcode = 'insufficient_privilege',
        message = format('migration "%s", capture: "%s" lacks the right to %s', migration.name, session_user, missing),
        detail = 'The trigger and its function are created, and owned, by the migration''s author.',
        hint = format('grant %s to %I; or capture => false', missing, session_user);
    end if;

    query := format('explain select %s',
      sluice_internal.capture_query(migration, format('(select (null::%s).*)', migration.target), true));
    perform set_config('search_path', path, true);
    select sluice_internal.capture_statements(migration, c.condition, c.is_safe) into statements
    from sluice_internal.capture_condition(migration) as c;
    execute statements[1];
    execute query;
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception
    when sqlstate 'SL090' then
      null;
    when sqlstate 'SL001' or insufficient_privilege then
      raise;
    when others then
      raise exception using
        errcode = sqlstate,
        message = format('migration "%s", capture: %s', migration.name, sqlerrm),
        detail = 'A capture trigger evaluates the SET list for one row, whose columns are all that it sees of the '
          'target.',
        hint = 'Refer to columns, not to the row or to ctid; or capture => false.';
  end;
end
$$;

comment on function sluice_internal.check_capture(sluice_internal.migration) is
  'Raises unless a trigger can do to one row what the definition does to many.';
