-- sluice.pieces_body(relation, change, sweep, same_relation): the body of a pieces_ function: the pieces of a range, one after
-- another, each in a subtransaction, until one fails.
-- The loop is compiled with the statements, because that halves what a piece costs beside its rows; and so a row that fails costs
-- the fewer rows done in vain, as the pieces can be the smaller (checkpoint/size_batch.sql).
-- Deferred constraints are checked at the end of each piece, so that they fail there and not at commit; where there can be none,
-- the time for that is saved.
-- An error that is not about data is raised again: it is not the fault of a row.
-- change and sweep are statements over ($1, $2]; a walk by blocks has no sweep, which is null then.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.pieces_body(relation regclass, change text, sweep text, same_relation text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
declare
  piece sluice.cut;
  affected integer;
  changed_before integer;
  updated_before bigint;
  hot_before bigint;
  deleted_before bigint;
  pending_found integer;
  keys_found text[];
begin
  pieces_done := 0;
  rows_visited := 0;
  rows_changed := 0;
  rows_updated := 0;
  rows_hot := 0;
  rows_deleted := 0;
  rows_pending := 0;
  foreach piece in array pieces loop
    $2 := piece.key;
    changed_before := rows_changed;
    updated_before := pg_stat_get_xact_tuples_updated(%1$L::regclass);
    hot_before := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass);
    deleted_before := pg_stat_get_xact_tuples_deleted(%1$L::regclass);
    begin
      if may_defer then
        set constraints all deferred;
      end if;
%2$s
      if may_defer then
        set constraints all immediate;
      end if;
    exception when assert_failure or others then
      get stacked diagnostics
        failure.sqlstate = returned_sqlstate,
        failure.message = message_text,
        failure.detail = pg_exception_detail,
        failure.hint = pg_exception_hint,
        failure.context = pg_exception_context,
        failure.constraint_name = constraint_name;
      if sluice.failure_kind(failure.sqlstate) <> 'data' then
        raise;
      end if;
      rows_changed := changed_before;
      -- these counters keep what was rolled back
      attempted := pg_stat_get_xact_tuples_updated(%1$L::regclass) - updated_before
        + pg_stat_get_xact_tuples_deleted(%1$L::regclass) - deleted_before;
      exit;
    end;
    rows_updated := rows_updated + pg_stat_get_xact_tuples_updated(%1$L::regclass) - updated_before;
    rows_hot := rows_hot + pg_stat_get_xact_tuples_hot_updated(%1$L::regclass) - hot_before;
    rows_deleted := rows_deleted + pg_stat_get_xact_tuples_deleted(%1$L::regclass) - deleted_before;
    rows_pending := rows_pending + coalesce(pending_found, 0);
    keys_pending := (keys_pending || keys_found)[1:1000];
    pieces_done := pieces_done + 1;
    rows_visited := rows_visited + piece.rows;
    $1 := $2;
  end loop;%3$s
end$body$,
    relation,
    case
      when sweep is null then change
      else format(E'      if is_sweep then%s\n      else\n%s\n      end if;', sweep, change)
    end,
    same_relation)
$$;

comment on function sluice.pieces_body(regclass, text, text, text) is
  'The body of the function that does pieces of a range, each in a subtransaction, until one fails.';
