-- sluice_internal.check_statements(migration): tries predicate and statements on each relation of the target, with the
-- author's rights; nothing is executed. Nor is what a text has behind a semicolon: PostgreSQL opens no cursor over more
-- than one statement, and says so before it begins any.
-- What pending and source name is read without row security, which raises where a policy would hide rows; statements
-- may write to tables that have policies.
-- scoped: pending needs a scope of its own because target and source share the names of columns it uses.
-- function_parts: pending, change, or both: where functions are called that may read tables.
-- Called when:  defining, in the author's session.
-- Locks: the tables mentioned, as EXPLAIN does.  Writes: nothing (a temporary view is rolled back).
-- Raises: SL001 for no predicate at all, SL005 for a volatile one; PostgreSQL's own errors, with the argument named in
--   the message.

create or replace function sluice_internal.check_statements(
  migration sluice_internal.migration, out scoped boolean, out function_parts text[]
)
returns record
language plpgsql
set search_path to pg_catalog, pg_temp
set row_security to off
as $$
-- the author's own SQL, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  relations regclass[];
  relation regclass;
  alias text;
  rows_wanted text;
  part text := 'pending';
  path text;
  target_name text;
  statement text;
  found_functions record;
  pending_reads boolean := false;
  explained refcursor;
begin
  if migration.pending is null then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s", pending: cannot be null', migration.name),
      hint = 'Leave it out when all rows are to be changed.';
  end if;
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  relations := coalesce((select array_agg(l.relation) from sluice_internal.leaf_relations(migration.target) as l),
    array[migration.target]);
  migration.scoped := false;
  rows_wanted := sluice_internal.batch_condition(migration, alias,
    sluice_internal.key_columns(migration.target, alias, migration.key_columns));
  perform set_config('search_path',
    (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
  target_name := migration.target;

  begin
    foreach relation in array relations loop
      begin
        part := 'pending';
        perform set_config('row_security', 'off', true);
        open explained for execute pg_catalog.format(E'explain select from only %s as %s where (%s\n)', relation, alias,
          migration.pending);
        move explained;
        close explained;
        if migration.kind <> 'handler' then
          part := case migration.kind when 'update' then 'set' when 'delete' then 'delete' else 'statements' end;
          if part = 'statements' then
            perform set_config('row_security', 'on', true);
          end if;
          begin
            foreach statement in array sluice_internal.batch_statements(migration, relation, rows_wanted) loop
              open explained for execute 'explain ' || statement using null::text[], null::text[], 1, 0, null::text[];
              move explained;
              close explained;
            end loop;
          exception when ambiguous_column then
            if migration.source is null or migration.scoped then
              raise;
            end if;
            migration.scoped := true;
            rows_wanted := sluice_internal.batch_condition(migration, alias,
              sluice_internal.key_columns(migration.target, alias, migration.key_columns));
            foreach statement in array sluice_internal.batch_statements(migration, relation, rows_wanted) loop
              open explained for execute 'explain ' || statement using null::text[], null::text[], 1, 0, null::text[];
              move explained;
              close explained;
            end loop;
          end;
        end if;
        raise exception using errcode = 'SL090', message = 'rolled back on purpose';
      exception when sqlstate 'SL090' then
        -- the locks on this relation and its indexes are released: there may be thousands
        null;
      end;
    end loop;
    part := 'pending';
    if migration.proof = 'snapshot' and migration.target operator(pg_catalog.<>) all (relations) then
      -- the proof reads the parent, which needs a right of its own
      relation := migration.target;
      begin
        perform set_config('row_security', 'off', true);
        open explained for execute pg_catalog.format(E'explain select from %s as %s where (%s\n)', relation, alias,
          migration.pending);
        move explained;
        close explained;
        raise exception using errcode = 'SL090', message = 'rolled back on purpose';
      exception when sqlstate 'SL090' then
        null;
      end;
    end if;
    path := current_setting('search_path');
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    -- each is looked at, because the row of each has a type of its own, for which there may be a function of its own; a
    -- hundred at once, because the making of a view costs more than what is in it
    for i in 1 .. cardinality(relations) by 100 loop
      select f.* into found_functions
      from sluice_internal.find_functions((
        select string_agg(
          format(E'select 1 as one from only %s as %s where (%s\n)', r.relation, alias, migration.pending),
          E'\nunion all\n')
        from unnest(relations[i : i + 99]) as r (relation)), path) as f;
      pending_reads := pending_reads or found_functions.reads;
      exit when found_functions.volatile_function is not null or found_functions.samples;
    end loop;
    function_parts := case when pending_reads then array['pending'] else array[]::text[] end
      || case when sluice_internal.changes_call_functions(migration, path) then array['change']
        else array[]::text[] end;
  exception when others then
    declare
      failed_message text;
      failed_detail text;
      failed_hint text;
      failed_state text;
    begin
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
      get stacked diagnostics
        failed_state = returned_sqlstate,
        failed_message = message_text,
        failed_detail = pg_exception_detail,
        failed_hint = pg_exception_hint;
      if failed_state = '42P11' then
        failed_state := '42601';
        failed_message := 'there is more than one statement';
      end if;
      raise exception using
        errcode = failed_state,
        message = format('migration "%s", %s: %s', migration.name, part, failed_message),
        detail = concat_ws(' ', nullif(failed_detail, ''), format('Tried on %s, as "%s".', relation, session_user)),
        hint = coalesce(nullif(failed_hint, ''), case
          when failed_state = '42601' and part = 'statements' then
            'Each is an INSERT, UPDATE, DELETE, MERGE or SELECT, which may begin with WITH; no other statement can '
            'have a batch.'
          when failed_state = '42601' then 'Write it as inside a statement: without the keyword before it, and '
            'without a semicolon.'
          when failed_state = '42501' then
            format('Grant it to "%s"; partitions are read and written one by one, and each needs grants of its own. '
              'Of tables that pending or source name, it must see all rows, whatever their policies.', session_user)
          when failed_state = '42703' and exists (
            select from unnest(sluice_internal.changed_columns(migration)) as c (name)
            where not exists (
              select from pg_attribute a where a.attrelid = migration.target and a.attname = c.name and a.attnum > 0)
          ) then format('What set assigns must be there: alter table %s add column ...;', target_name)
          when failed_state in ('42703', '42702', '42P01') then
            format('A column of the target is %s.column; a table without a schema is looked for in %s.', alias,
              array_to_string(array_remove(array_remove(migration.search_path, 'pg_catalog'), 'pg_temp'), ', '))
          else 'Correct it and define it again; nothing was stored.'
        end);
    end;
  end;

  if found_functions.volatile_function is not null or found_functions.samples then
    raise exception using
      errcode = 'SL005',
      message = format('migration "%s", pending: %s', migration.name, coalesce(
        'function ' || found_functions.volatile_function || ' is volatile', 'a table is sampled')),
      detail = concat_ws(' ', 'View ' || found_functions.called_by || ' calls it.',
        'A predicate that changes from call to call can neither be planned nor proved.'),
      hint = case when found_functions.volatile_function is null then 'Read the whole table, without TABLESAMPLE.'
        else 'Use a stable function (now() instead of clock_timestamp()), or declare your own function stable.' end;
  end if;
  scoped := migration.scoped;
end
$$;

comment on function sluice_internal.check_statements(sluice_internal.migration) is
  'Tries a definition''s SQL by EXPLAIN with the author''s rights, and refuses a volatile predicate.';
