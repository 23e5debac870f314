-- sluice_internal.pieces_body(relation, change, sweep, same_relation): the body of a pieces_ function: the pieces of a
-- range, one after another, each in a subtransaction, until one fails.
-- The loop is compiled with the statements, because that halves what a piece costs beside its rows; and so a row that
-- fails costs the fewer rows done in vain, as the pieces can be the smaller (checkpoint/size_batch.sql).
-- Deferred constraints are checked at the end of each piece, so that they fail there and not at commit; where there can
-- be none, the time for that is saved.
-- A transient error, or one of the server, is raised again. So is a cancel, but for one that comes within a second,
-- without the timeout of the statement being over: that may be an error of the author's SQL, and run_carefully tries
-- again in order to know. What is done is added to the result that is given. change and sweep are statements over ($1,
-- $2]; a walk by blocks has no sweep, which is null then.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.pieces_body(relation regclass, change text, sweep text, same_relation text)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
declare
  sluice_piece sluice_internal.cut;
  sluice_affected integer;
  sluice_changed integer;
  sluice_pending integer;
  sluice_keys text[];
  sluice_updated bigint;
  sluice_hot bigint;
  sluice_deleted bigint;
  sluice_begun_at timestamptz;
begin
  sluice_done := 0;
  foreach sluice_piece in array sluice_pieces loop
    $2 := sluice_piece.key;
    sluice_changed := 0;
    sluice_begun_at := clock_timestamp();
    sluice_updated := pg_stat_get_xact_tuples_updated(%1$L::regclass);
    sluice_hot := pg_stat_get_xact_tuples_hot_updated(%1$L::regclass);
    sluice_deleted := pg_stat_get_xact_tuples_deleted(%1$L::regclass);
    begin
      if sluice_may_defer then
        set constraints all deferred;
      end if;
%2$s
      if sluice_may_defer then
        set constraints all immediate;
      end if;
    exception when query_canceled or assert_failure or others then
      get stacked diagnostics
        sluice_failure.sqlstate = returned_sqlstate,
        sluice_failure.message = message_text,
        sluice_failure.detail = pg_exception_detail,
        sluice_failure.hint = pg_exception_hint,
        sluice_failure.context = pg_exception_context,
        sluice_failure.constraint_name = constraint_name;
      if sluice_internal.failure_kind(sluice_failure.sqlstate) in ('transient', 'server')
        and (sluice_failure.sqlstate <> '57014'
        or clock_timestamp() > sluice_begun_at + interval '1 second' or sluice_internal.is_timed_out())
      then
        raise;
      end if;
      -- these counters keep what was rolled back; a row that violates a unique index was counted before that was seen
      sluice_attempted := pg_stat_get_xact_tuples_updated(%1$L::regclass) - sluice_updated
        + pg_stat_get_xact_tuples_deleted(%1$L::regclass) - sluice_deleted
        - case when sluice_failure.sqlstate in ('23505', '23P01') then 1 else 0 end;
      exit;
    end;
    sluice_result.rows_visited := sluice_result.rows_visited + sluice_piece.rows;
    sluice_result.rows_changed := sluice_result.rows_changed + sluice_changed;
    sluice_result.rows_updated := sluice_result.rows_updated
      + pg_stat_get_xact_tuples_updated(%1$L::regclass) - sluice_updated;
    sluice_result.rows_hot := sluice_result.rows_hot + pg_stat_get_xact_tuples_hot_updated(%1$L::regclass) - sluice_hot;
    sluice_result.rows_deleted := sluice_result.rows_deleted
      + pg_stat_get_xact_tuples_deleted(%1$L::regclass) - sluice_deleted;
    sluice_result.rows_pending := sluice_result.rows_pending + coalesce(sluice_pending, 0);
    sluice_result.keys_pending := (sluice_result.keys_pending operator(pg_catalog.||) sluice_keys)[1:1000];
    sluice_done := sluice_done + 1;
    $1 := $2;
  end loop;%3$s
end$body$,
    relation,
    case
      when sweep is null then change
      else format(E'      if sluice_is_sweep then%s\n      else\n%s\n      end if;', sweep, change)
    end,
    same_relation)
$$;

comment on function sluice_internal.pieces_body(regclass, text, text, text) is
  'The body of the function that does pieces of a range, each in a subtransaction, until one fails.';
