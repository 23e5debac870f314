-- sluice.compiled_functions(migration, relation, by_blocks): the functions that a definition becomes for one relation.
--
--   last_    ()                          key of the last row: where a lane that begins now will end
--   bound_   (lower, upper, size)        key of the size-th row after lower, and how many rows that is
--   cuts_    (lower, upper, size, most)  keys that end pieces of size rows after lower, at most so many
--   suspects_ (lower, upper, stripes, stripe, passed)  where the row is on which a batch failed that had changed so many
--   leap_    (lower, upper, size)        a key about so many rows after lower, by statistics, where they tell
--   change_  (lower, upper, stripes, stripe)  one batch; how many rows it changed, updated in the target, HOT, deleted
--   sweep_   (lower, upper, quarantined) how many rows of the range are pending, and some of their keys
--   pieces_  (lower, null, stripes, stripe, pieces, quarantined, may_defer, is_sweep, result)  either, in pieces, until one
--                                        fails; the result with what they did, how many were done, the error, and how many
--                                        rows were changed before it
--   prove_   ()                          for the target: its pending rows, in one snapshot over all its leaves
--   middle_  (lower, upper)              a key near the middle of the range, to split a lane at
--   rows_    (lower, upper)              for a handler: a cursor over the pending rows of the range, locked
--   apply_   (lower, upper, columns, changes)  for a handler: its changes, by key, to pending rows of the range alone
--
-- A migration that has a key may be walked in physical order nevertheless, when its plan finds that better (choose_walk). For
-- that it has last_, bound_, cuts_, suspects_, change_, pieces_ and middle_ once more, with names that end in _blocks and ctids for
-- keys; where the primary key is of integers, it still deals the rows out to stripes. And
--
--   name_    (ctid)                      the range (lower, key] of the migration's key that holds the row at that place alone
--
-- All are SECURITY INVOKER: they can do what the session's user can. They name the relation, and so would follow the name
-- when tables are swapped; therefore last_, change_, sweep_, pieces_, rows_ and apply_ make sure, once their statement has
-- locked it, that the name still means the relation they were compiled for. Their variables have names of ours, so that one of
-- a column that somebody renames is not read as a variable. The pieces of a small table are never searched for by reading all of
-- it: then rows outside of the piece would be asked whether they are pending, and one that raises would spoil every piece.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.compiled_functions(
  migration sluice.migration, relation regclass, by_blocks boolean default false
)
returns table (name text, arguments text, returns text, settings text, body text)
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  suffix text := format('%s_%s%s', migration.migration_id, relation::oid, case when by_blocks then '_blocks' end);
  alias text;
  source text;
  key_order text;
  key_order_back text;
  key_text text;
  key_range text := '';
  null_free text;
  stripe_hash text;
  rows_wanted text;
  change text;
  sweep text;
  same_relation text := format(
    $check$
  if to_regclass(%1$L) is distinct from %2$s::oid then
    raise exception using
      errcode = 'undefined_table',
      message = format('table %%s is not the one that the migration was defined for', %1$L),
      detail = format('It was renamed or swapped; that one is %%s now.', %2$s::regclass),
      hint = 'Name it as before and resume; or cancel, forget, and define the migration anew.';
  end if;$check$, relation, relation::oid);
begin
  settings := '';
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  source := format('only %s as %s', relation, alias);
  if relation = migration.target and not by_blocks then
    name := 'prove_' || suffix;
    arguments := 'out rows_counted bigint, out rows_pending bigint, out snapshot pg_snapshot';
    returns := 'record';
    settings := 'set row_security to off ';
    body := sluice.prove_body(migration, same_relation);
    return next;
    settings := '';
  end if;
  if (select c.relkind = 'p' from pg_class c where c.oid = relation) then
    return;
  end if;
  if by_blocks then
    name := 'name_' || suffix;
    arguments := 'text[], out lower text[], out key text[]';
    returns := 'record';
    body := sluice.name_body(relation, alias, migration.key_columns);
    return next;
    -- an integer is read off a row in a fifth of the time that its place takes
    if migration.key_types <@ array['smallint', 'integer', 'bigint'] and sluice.identity_columns(relation) = migration.key_columns then
      stripe_hash := sluice.hash_expression(alias, migration.key_columns, migration.key_types);
    end if;
    migration.key_columns := '{ctid}';
    migration.key_types := '{tid}';
  end if;
  select string_agg(format('%s.%I', alias, k.name), ', ' order by k.position),
    string_agg(format('%s.%I desc', alias, k.name), ', ' order by k.position),
    format('array[%s]', string_agg(format('%s.%I::text', alias, k.name), ', ' order by k.position))
  into key_order, key_order_back, key_text
  from unnest(migration.key_columns) with ordinality as k (name, position);
  null_free := sluice.null_free_condition(relation, alias, migration.key_columns);
  key_range := sluice.range_condition(alias, migration.key_columns, migration.key_types) || null_free;
  rows_wanted := sluice.batch_condition(migration, alias, stripe_hash);

  name := 'last_' || suffix;
  arguments := '';
  returns := 'text[]';
  body := format(
    $body$
declare
  last_key text[];
begin
  last_key := %s;%s
  return last_key;
end$body$,
    case
      when migration.key_columns = '{ctid}' then format(
        'array[format(''(%%s,65535)'', pg_relation_size(%L::regclass) / current_setting(''block_size'')::bigint)]', relation)
      else format('(select %s from %s where true%s order by %s limit 1)', key_text, source, null_free, key_order_back)
    end, same_relation);
  return next;

  name := 'bound_' || suffix;
  arguments := 'text[], text[], integer, out bound text[], out rows_visited integer';
  returns := 'record';
  body := case
    when migration.key_columns = '{ctid}' then sluice.block_bound_body(relation, alias)
    else format(
      $body$
#variable_conflict use_variable
begin
  select %1$s, $3 into bound, rows_visited
  from %2$s
  where %3$s
  order by %4$s
  offset $3 - 1 limit 1;
  if not found then
    bound := $2;
    select count(*) into rows_visited from %2$s where %3$s;
  end if;
end$body$, key_text, source, key_range, key_order)
  end;
  return next;

  name := 'cuts_' || suffix;
  arguments := 'text[], text[], integer, integer';
  returns := 'sluice.cut[]';
  body := sluice.cuts_body(relation, alias, migration.key_columns, migration.key_types, 'bound_' || suffix);
  return next;

  name := 'suspects_' || suffix;
  arguments := 'text[], text[], integer, integer, bigint';
  returns := 'sluice.cut[]';
  body := sluice.suspects_body(migration, relation, alias, rows_wanted, key_text, key_order_back, key_range);
  return next;

  select string_agg(
    case
      when migration.kind in ('update', 'delete') then format(E'  %s;\n', s.statement)
      else format(E'  execute %L using $1, $2, $3, $4;\n', s.statement)
    end || E'  get diagnostics sluice_affected = row_count;\n  sluice_changed := sluice_changed + sluice_affected;\n',
    '' order by s.position)
  into change
  from unnest(sluice.batch_statements(migration, relation, rows_wanted)) with ordinality as s (statement, position);

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
  select count(*), (array_agg(f.key_text order by f.key_text))[1:1000]
  into sluice_pending, sluice_keys
  from (
    select %1$s::text as key_text
    from %2$s
    where %3$s and (%4$s
    )) as f
  where sluice_quarantined is null or f.key_text <> all (sluice_quarantined);$statement$,
      key_text, source, sluice.batch_range(alias, migration.key_columns, migration.key_types, true), migration.pending);
  end if;

  name := 'pieces_' || suffix;
  arguments := 'text[], text[], integer, integer, sluice_pieces sluice.cut[], sluice_quarantined text[], '
    'sluice_may_defer boolean, sluice_is_sweep boolean, inout sluice_result sluice.batch_result, '
    'out sluice_done integer, out sluice_failure sluice.failed_row, out sluice_attempted bigint';
  returns := 'record';
  settings := 'set enable_seqscan to off ';
  body := sluice.pieces_body(relation, change, sweep, same_relation);
  return next;
  settings := '';

  name := 'middle_' || suffix;
  arguments := 'text[], text[]';
  returns := 'text[]';
  body := sluice.middle_body(relation, alias, migration.key_columns, migration.key_types, key_range);
  return next;

  name := 'estimate_' || suffix;
  arguments := 'text[], text[], integer, timestamptz, '
    'out rows_estimated bigint, out rows_sampled bigint, out pending_sampled bigint';
  returns := 'record';
  body := sluice.estimate_body(relation, alias, migration.key_columns, key_range, migration.pending);
  return next;

  if by_blocks then
    return;
  end if;

  name := 'leap_' || suffix;
  arguments := 'text[], text[], integer, out bound text[], out rows_visited integer';
  returns := 'record';
  body := sluice.leap_body(relation, alias, migration.key_columns, migration.key_types, key_range);
  return next;

  name := 'sweep_' || suffix;
  arguments := 'text[], text[], sluice_quarantined text[], out sluice_pending integer, out sluice_keys text[]';
  returns := 'record';
  body := format(
    $body$
#variable_conflict use_column
begin%s%s
end$body$, sweep, same_relation);
  return next;

  if migration.kind = 'handler' then
    name := 'rows_' || suffix;
    arguments := 'text[], text[]';
    returns := 'refcursor';
    body := sluice.rows_body(migration, relation, alias, key_order, key_text) || same_relation || E'\n  return rows;\nend';
    return next;

    name := 'apply_' || suffix;
    arguments := 'text[], text[], text[], jsonb, '
      'out rows_changed integer, out rows_updated integer, out rows_hot integer';
    returns := 'record';
    body := sluice.apply_body(migration, relation, alias) || same_relation || E'\nend';
    return next;
  end if;
end
$$;

comment on function sluice.compiled_functions(sluice.migration, regclass, boolean) is
  'Names, signatures and bodies of the functions that a definition is compiled to for one relation.';
