-- sluice_internal.choose_walk(planning, probed, plan, size, blocker, immediately): in which order to walk, in how many
-- stripes, and why. Stripes make updates HOT on packed pages that are walked page by page (docs/performance.md); they
-- cost a visit of each row a stripe. So they are chosen where an update is HOT-able, pages are full, many of a page's
-- rows change, and nothing holds back pruning. 8 stripes do for one index; more indexes make an update that is not HOT
-- so dear that 16 pay, and so does one whose new entries go to any of its pages; narrow rows leave line pointers for
-- fewer (most_stripes). Where the key is random in the heap, the stripes of a stretch of keys would visit a page for a
-- row each. Then they are those of a stretch of blocks, if the migration has what makes that safe: a predicate, by
-- which the sweep finds what moved meanwhile. Blocks need no index and are a sixth faster also where the key is in
-- order; so they are chosen there for a run at full speed, in which little moves, and not for one that takes its time,
-- in which much may.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.choose_walk(
  planning sluice_internal.planning, probed sluice_internal.probe_summary, plan sluice_internal.migration_plan,
  size sluice_internal.target_size, blocker regclass,
  immediately boolean,
  out walk text, out stripes integer, out note text
)
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  small_table constant bigint := 10000;
  small_batch constant integer := 5000;
  long_transaction constant interval := interval '5 minutes';
  migration sluice_internal.migration := planning.migration;
  -- a batch meets a third as many pages as rows, and thrice as many as it would if its rows lay side by side
  is_random constant boolean := migration.walk <> 'blocks' and plan.rows_estimated > small_table
    and probed.pages > 0.3 * probed.rows_visited
    and probed.pages > 3.0 * probed.rows_visited * size.pages / greatest(size.rows, 1);
  most_stripes constant integer := sluice_internal.most_stripes(size.rows / greatest(size.pages, 1)::double precision);
  may_walk_blocks constant boolean := migration.walk = 'auto' and migration.kind = 'update'
    and btrim(lower(migration.pending)) <> 'true';
begin
  walk := case when migration.walk = 'blocks' then 'blocks' else 'key' end;
  stripes := 1;
  if planning.stripes is not null then
    stripes := planning.stripes;
    walk := case when planning.by_blocks then 'blocks' else walk end;
    note := format('it goes on as it was begun, with %s stripe(s)', stripes);
  elsif migration.walk = 'striped' then
    stripes := case when size.indexes <= 1 then 8 else 16 end;
    note := format('striped, as defined, with %s stripes for %s index(es)', stripes, size.indexes);
  elsif migration.walk = 'key' then
    note := 'walked in key order, as defined';
  elsif migration.kind = 'delete' then
    note := 'a delete needs no room on its page, so no stripes';
  elsif plan.rows_estimated = 0 or probed.places = 0 then
    -- there is nothing to walk, or nothing is known; the advice says so
    note := null;
  elsif probed.rows_pending = 0 then
    note := 'no probe met a pending row: it is walked without stripes, and what a change costs is assumed';
  elsif probed.rows_updated = 0 then
    note := 'no update of the target was seen in the probes, so no stripes';
  elsif blocker is not null then
    note := format('the change touches index %s, so no update can be HOT and stripes would not help; '
      'if the index is new, create it in on_finish', blocker);
  elsif probed.rows_hot > 0.5 * probed.rows_updated then
    note := format('pages have room: %s %% of the probed updates were HOT without stripes',
      round(100.0 * probed.rows_hot / probed.rows_updated));
  elsif is_random and not may_walk_blocks then
    note := 'the key is random in the heap, so a walk in key order comes back to each page later and finds room: HOT '
      'by itself';
  elsif plan.pending_estimated < 0.1 * plan.rows_estimated then
    note := 'few rows of a page change, so stripes would cost more than they save';
  elsif coalesce(migration.max_batch, (planning.policy).max_batch) < small_batch then
    note := format('batches are kept below %s rows, too small for stripes', small_batch);
  elsif plan.rows_estimated < small_table then
    note := 'the table is small, so no stripes';
  elsif most_stripes = 1 then
    note := format('rows are narrow: with %s on a page, few updates can be HOT, since each takes another line pointer '
      'of its page',
      size.rows / greatest(size.pages, 1));
  elsif planning.horizon_age > long_transaction then
    note := format('a transaction has been open for %s and keeps dead rows from being pruned, so stripes would not '
      'help; '
      'end it and plan again', date_trunc('second', planning.horizon_age));
  else
    stripes := least(case when size.indexes <= 1 and not is_random then 8 else 16 end, most_stripes);
    note := format('pages are packed and the change touches no index: %s stripes let each pass reuse the room that '
      'the pass before left, so most updates are HOT', stripes);
    if may_walk_blocks and (is_random or immediately) then
      walk := 'blocks';
      note := note || format('; walked in physical order, because %s, and verified in that of the key',
        case when is_random then 'the key is random in it' else 'that is quicker' end);
    end if;
  end if;
  if stripes > 1 and walk = 'key' then
    walk := 'striped';
  end if;
end
$$;

comment on function sluice_internal.choose_walk(
  sluice_internal.planning, sluice_internal.probe_summary, sluice_internal.migration_plan, sluice_internal.target_size,
  regclass, boolean) is
  'In which order and in how many stripes a migration is walked best, and why.';
