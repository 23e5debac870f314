-- sluice_internal.compiled_functions(migration, relation, by_blocks): the functions that a definition becomes for one
-- relation.
--
--   last_    ()                          key of the last row: where a lane that begins now will end
--   bound_   (lower, upper, size)        key of the size-th row after lower, and how many rows that is: more, where
--            rows share it
--   cuts_    (lower, upper, size, most)  keys that end pieces of size rows after lower, at most so many
--   suspects_ (lower, upper, stripes, stripe, passed)  where the row is on which a batch failed that had changed so
--   many
--   leap_    (lower, upper, size)        a key about so many rows after lower, by statistics, where they tell
--   change_  (lower, upper, stripes, stripe)  one batch; how many rows it changed, updated in the target, HOT, deleted
--   sweep_   (lower, upper, quarantined) how many rows of the range are pending, and some of their keys
--   pieces_  (lower, null, stripes, stripe, pieces, quarantined, may_defer, is_sweep, result)  either, in pieces, until
--                                        one fails; the result with what they did, how many were done, the error, and
--                                        how many rows were changed before it
--   prove_   ()                          for the target: its pending rows, in one snapshot over all its leaves
--   estimate_ (lower, upper, pages, until)  how many rows the range has, by a sample of pages, and how many of the
--   sample are pending
--   middle_  (lower, upper)              a key near the middle of the range, to split a lane at
--   rows_    (lower, upper)              for a handler: a cursor over the pending rows of the range, locked
--   pending_ (lower, upper, rows)        the first pending rows of a range, for a preview
--   apply_   (lower, upper, columns, changes)  for a handler: its changes, by key, to pending rows of the range alone
--
-- A migration that has a key may be walked in physical order nevertheless, when its plan finds that better
-- (choose_walk). For that it has last_, bound_, cuts_, suspects_, change_, pieces_, estimate_ and middle_ once more,
-- with names that end in _blocks and ctids for keys; where the primary key is of integers, it still deals the rows out
-- to stripes. And
--
--   name_    (ctid)                      the range (lower, key] of the migration's key that holds the row at that place
--            alone
--
-- Those with SQL of the author's run under the search path and the settings of the session that defined it; all others
-- have the key's operators on their path, and no more. Text becomes a key, and a key text, under settings of its own
-- (read_value). All are SECURITY INVOKER: they can do what the session's user can. They name the relation, and so would
-- follow the name when tables are swapped; therefore last_, change_, sweep_, pieces_, rows_ and apply_ make sure, once
-- their statement has locked it, that the name still means the relation they were compiled for. Their variables have
-- names of ours, so that one of a column that somebody renames is not read as a variable. The pieces of a small table
-- are never searched for by reading all of it: then rows outside of the piece would be asked whether they are pending,
-- and one that raises would spoil every piece.
-- Called when:  compiling.
-- A policy that hides rows from the owner raises in the same way, once it is there; and where the author's predicate
-- reads other tables, sweep_ and prove_ raise rather than see a part of them.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.compiled_functions(
  migration sluice_internal.migration, relation regclass, by_blocks boolean default false
)
returns table (name text, arguments text, returns text, settings text, body text)
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
-- what is a name is quoted, and texts are the author's own; and plpgsql_check 2.3 crashes on a format() whose pattern
-- is read from a row: @plpgsql_check_options: security_warnings = off
declare
  suffix text := format('%s_%s%s', migration.migration_id, relation::oid, case when by_blocks then '_blocks' end);
  alias text;
  source text;
  key sluice_internal.key_column[];
  key_order text;
  key_order_back text;
  key_range text;
  key_selected text;
  key_written text;
  key_reads_end text;
  key_settings text;
  settings_of_definition constant text := sluice_internal.settings_clause(migration.search_path, migration.settings)
    || ' ';
  null_free text;
  stripe_hash text;
  rows_wanted text;
  identity sluice_internal.key_column[];
  selected text;
  change text;
  sweep text;
  same_relation text := format(
    $check$
  if to_regclass(%1$L)::oid is distinct from %2$s::oid then
    raise exception using
      errcode = 'undefined_table',
      message = pg_catalog.format('table %%s is not the one that the migration was defined for', %1$L),
      detail = pg_catalog.format('It was renamed or swapped; that one is %%s now.', %2$s::regclass),
      hint = 'Name it as before and resume; or cancel, forget, and define the migration anew.';
  elsif row_security_active(%2$s::oid) then
    raise exception using
      errcode = 'insufficient_privilege',
      message = pg_catalog.format('policies hide rows of table %%s from "%%s"', %1$L, current_user),
      detail = 'Rows that are hidden would be neither changed nor verified.',
      hint = pg_catalog.format('Let it see all rows, for example: alter table %%s no force row level security; '
        'or alter role %%I bypassrls; then resume.', %1$L, current_user);
  end if;$check$, relation, relation::oid);
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  key := sluice_internal.key_columns(relation, alias, migration.key_columns);
  key_settings := format('set search_path to %s set jit to off ', sluice_internal.key_path(key));
  settings := key_settings;
  source := format('only %s as %s', relation, alias);
  if relation = migration.target and not by_blocks then
    name := 'prove_' || suffix;
    arguments := 'out rows_counted bigint, out rows_pending bigint, out snapshot pg_snapshot';
    returns := 'record';
    settings := settings_of_definition || 'set row_security to off '
      -- of what functions read in other processes, no lock tells (check_reads)
      || case when 'pending' = any (migration.function_parts) then 'set max_parallel_workers_per_gather to 0 '
        else '' end;
    body := sluice_internal.prove_body(migration, same_relation);
    return next;
    settings := key_settings;
  end if;
  if (select c.relkind = 'p' from pg_class c where c.oid = relation) then
    return;
  end if;
  if by_blocks then
    name := 'name_' || suffix;
    arguments := 'text[], out lower text[], out key text[]';
    returns := 'record';
    body := sluice_internal.name_body(relation, alias, key);
    return next;
    -- an integer is read off a row in a fifth of the time that its place takes
    if migration.key_types <@ array['smallint', 'integer', 'bigint']
      and sluice_internal.identity_columns(relation) = migration.key_columns then
      stripe_hash := sluice_internal.hash_expression(key);
    end if;
    migration.key_columns := '{ctid}';
    key := sluice_internal.key_columns(relation, alias, migration.key_columns);
    key_settings := 'set search_path to pg_catalog, pg_temp set jit to off ';
    settings := key_settings;
  end if;
  key_order := array_to_string(sluice_internal.key_list(key, 'ordered'), ', ');
  key_order_back := array_to_string(sluice_internal.key_list(key, 'ordered'), ' desc, ') || ' desc';
  key_selected := array_to_string(sluice_internal.key_list(key, 'named', ' as key_%s'), ', ');
  key_written := format('array[%s]',
    array_to_string(sluice_internal.key_list(key, 'writing', 'sluice_key.key_%s'), ', '));
  key_reads_end := sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'number', 'sluice_key.key_%s'),
    sluice_internal.key_list(key, 'upper'));
  null_free := sluice_internal.null_free_condition(relation, alias, migration.key_columns);
  key_range := sluice_internal.range_condition(key) || null_free;
  rows_wanted := sluice_internal.batch_condition(migration, alias, key, stripe_hash);

  name := 'last_' || suffix;
  arguments := '';
  returns := 'text[]';
  body := case
    when migration.key_columns = '{ctid}' then format(
      $body$
begin%2$s
  return array[pg_catalog.format('(%%s,65535)',
    pg_relation_size(%1$L::regclass) / current_setting('block_size')::bigint)];
end$body$, relation, same_relation)
    else format(
      $body$
declare
  sluice_key record;
  last_key text[];
begin
  select %1$s into sluice_key from %2$s where true%3$s order by %4$s limit 1;
  if found then
    last_key := %5$s;%6$s
  end if;%7$s
  return last_key;
end$body$, key_selected, source, null_free, key_order_back, key_written,
      sluice_internal.key_check(relation, key, 'last_key'), same_relation)
  end;
  return next;

  name := 'bound_' || suffix;
  arguments := 'text[], text[], integer, out bound text[], out rows_visited integer';
  returns := 'record';
  body := case
    when migration.key_columns = '{ctid}' then sluice_internal.block_bound_body(relation, alias)
    else format(
      $body$
#variable_conflict use_variable
declare
  sluice_key record;
begin
  select %1$s into sluice_key
  from %2$s
  where %3$s
  order by %4$s
  offset $3 - 1 limit 1;
  if not found then
    bound := $2;
    select count(*) into rows_visited from %2$s where %3$s;
    return;
  end if;
  rows_visited := $3;
  if %5$s then
    -- an equal key may be written otherwise
    bound := $2;
  else
    bound := %6$s;%7$s
  end if;%8$s
end$body$, key_selected, source, key_range, key_order, key_reads_end, key_written,
      sluice_internal.key_check(relation, key, 'bound'),
      case when not sluice_internal.is_unique_key(relation, migration.key_columns) then format(
        E'\n  $2 := bound;\n  select count(*) into rows_visited from %s where %s;', source, key_range) end)
  end;
  return next;

  name := 'cuts_' || suffix;
  arguments := 'text[], text[], integer, integer';
  returns := 'sluice_internal.cut[]';
  body := sluice_internal.cuts_body(relation, alias, key, key_range, 'bound_' || suffix);
  return next;

  name := 'suspects_' || suffix;
  arguments := 'text[], text[], integer, integer, bigint';
  returns := 'sluice_internal.cut[]';
  settings := settings_of_definition;
  body := sluice_internal.suspects_body(migration, relation, alias, rows_wanted, key);
  return next;

  select string_agg(
    case
      when migration.kind in ('update', 'delete') then format(E'  %s;\n', s.statement)
      else format(E'  execute %L using $1, $2, $3, $4, sluice_batch;\n', s.statement)
    end || E'  get diagnostics sluice_affected = row_count;\n  sluice_changed := sluice_changed + sluice_affected;\n',
    '' order by s.position)
  into change
  from unnest(sluice_internal.batch_statements(migration, relation, rows_wanted)) with ordinality as s (statement,
    position);
  if migration.kind = 'statements' then
    -- No other session comes between the statements of a batch. So its rows are selected and locked first; one that
    -- somebody takes out of pending meanwhile is not selected. Without a right that allows the lock, they are only
    -- selected.
    identity := sluice_internal.key_columns(relation, alias, sluice_internal.identity_columns(relation));
    selected := format('select array[%s]::text from %s where %s order by %s',
      array_to_string(sluice_internal.key_list(identity, 'written'), ', '), source, rows_wanted, key_order);
    change := format(
      $body$
  declare
    sluice_batch text[];
  begin
  if pg_catalog.has_any_column_privilege(%1$s::oid, 'update') then
    sluice_batch := array(%2$s for %3$s of %4$s);
  else
    sluice_batch := array(%2$s);
  end if;
%5$s  end;
$body$,
      relation::oid, selected,
      -- foreign keys may refer to a row that stays
      case when exists (select from unnest(migration.changes) as c (statement) where c.statement ~* E'\\mdelete\\M')
        then 'update' else 'no key update' end,
      alias, change);
  end if;

  name := 'change_' || suffix;
  arguments := 'text[], text[], integer, integer';
  returns := 'integer[]';
  body := format(
    $body$
#variable_conflict use_column
declare
  sluice_affected integer;
  sluice_changed integer := 0;
  sluice_updated integer := pg_stat_get_xact_tuples_updated(%1$L::regclass);
  sluice_hot integer := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass);
  sluice_deleted integer := pg_stat_get_xact_tuples_deleted(%1$L::regclass);
begin
%2$s
  sluice_updated := pg_stat_get_xact_tuples_updated(%1$L::regclass) - sluice_updated;
  sluice_hot := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass) - sluice_hot;
  sluice_deleted := pg_stat_get_xact_tuples_deleted(%1$L::regclass) - sluice_deleted;%3$s
  return array[sluice_changed, sluice_updated, sluice_hot, sluice_deleted];
end$body$, relation, change, same_relation);
  return next;

  if not by_blocks then
    sweep := format(
      $statement$
  with sluice_known (%9$s) as materialized (
    select %8$s from pg_catalog.unnest(sluice_quarantined) as q (key)
  )
  select count(*), pg_catalog.array_agg(array[%1$s]::text order by f.position) filter (where f.position <= 1000)
  into sluice_pending, sluice_keys
  from (
    select f.*, row_number() over (order by %2$s) as position
    from (
      select %3$s
      from %4$s
      where %5$s and (%6$s
      )) as f
    where not exists (select from sluice_known as k where %7$s)) as f;$statement$,
      array_to_string(sluice_internal.key_list(key, 'writing', 'f.key_%s'), ', '),
      array_to_string(sluice_internal.key_list(key, 'number', 'f.key_%s'), ', '),
      key_selected, source, sluice_internal.batch_range(key, true), migration.pending,
      sluice_internal.compare_keys(key, '=', sluice_internal.key_list(key, 'number', 'k.key_%s'),
        sluice_internal.key_list(key, 'number', 'f.key_%s')),
      array_to_string(sluice_internal.key_list(key, 'reading', '(q.key::text[])[%s]'), ', '),
      array_to_string(sluice_internal.key_list(key, 'number', 'key_%s'), ', '));
  end if;

  name := 'pieces_' || suffix;
  arguments := 'text[], text[], integer, integer, sluice_pieces sluice_internal.cut[], sluice_quarantined text[], '
    'sluice_may_defer boolean, sluice_is_sweep boolean, inout sluice_result sluice_internal.batch_result, '
    'out sluice_done integer, out sluice_failure sluice_internal.failed_row, out sluice_attempted bigint';
  returns := 'record';
  settings := settings_of_definition || 'set enable_seqscan to off ';
  body := sluice_internal.pieces_body(relation, change, sweep, same_relation);
  return next;

  settings := key_settings;
  name := 'middle_' || suffix;
  arguments := 'text[], text[]';
  returns := 'text[]';
  body := sluice_internal.middle_body(relation, alias, migration.key_columns, key, key_range);
  return next;

  settings := settings_of_definition;
  name := 'estimate_' || suffix;
  arguments := 'text[], text[], integer, timestamptz, '
    'out rows_estimated bigint, out rows_sampled bigint, out pending_sampled bigint';
  returns := 'record';
  body := sluice_internal.estimate_body(relation, alias, migration.key_columns,
    sluice_internal.batch_range(key) || null_free, migration.pending);
  return next;

  if by_blocks then
    return;
  end if;

  settings := key_settings;
  name := 'leap_' || suffix;
  arguments := 'text[], text[], integer, out bound text[], out rows_visited integer';
  returns := 'record';
  body := sluice_internal.leap_body(relation, alias, migration.key_columns, key, key_range);
  return next;

  settings := settings_of_definition || 'set row_security to off ';

  name := 'sweep_' || suffix;
  arguments := 'text[], text[], sluice_quarantined text[], out sluice_pending integer, out sluice_keys text[]';
  returns := 'record';
  body := format(
    $body$
#variable_conflict use_column
begin%s%s
end$body$, sweep, same_relation);
  return next;
  settings := settings_of_definition;

  name := 'pending_' || suffix;
  arguments := 'text[], text[], integer, out sluice_keys text[], out sluice_versions text[], out sluice_contents '
    'jsonb[]';
  returns := 'record';
  body := sluice_internal.pending_body(migration, relation, alias, key);
  return next;

  if migration.kind = 'handler' then
    name := 'rows_' || suffix;
    arguments := 'text[], text[]';
    returns := 'refcursor';
    body := sluice_internal.rows_body(migration, relation, alias, key) || same_relation || E'\n  return rows;\nend';
    return next;

    name := 'apply_' || suffix;
    arguments := 'text[], text[], text[], jsonb, '
      'out rows_changed integer, out rows_updated integer, out rows_hot integer';
    returns := 'record';
    body := sluice_internal.apply_body(migration, relation, alias, key) || same_relation || E'\nend';
    return next;
  end if;
end
$$;

comment on function sluice_internal.compiled_functions(sluice_internal.migration, regclass, boolean) is
  'Names, signatures and bodies of the functions that a definition is compiled to for one relation.';
