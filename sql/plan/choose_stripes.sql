-- sluice.choose_stripes(planning, probed, rows, pending, blocker, indexes): in how many stripes to walk, and why.
-- Stripes make updates HOT on packed pages that are walked in order (docs/performance.md); they cost a visit of each row a
-- stripe. So they are chosen where an update is HOT-able, pages are full, many of a page's rows change, and nothing holds back
-- pruning. 8 stripes do for one index; more indexes make an update that is not HOT so dear that 16 pay.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.choose_stripes(
  planning sluice.planning, probed sluice.probe_summary, rows bigint, pending bigint, blocker regclass, indexes integer,
  out stripes integer, out note text
)
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  small_table constant bigint := 10000;
  small_batch constant integer := 5000;
  long_transaction constant interval := interval '5 minutes';
  walk text := (planning.migration).walk;
begin
  stripes := 1;
  if planning.stripes is not null then
    stripes := planning.stripes;
    note := format('it goes on as it was begun, with %s stripe(s)', stripes);
  elsif walk = 'striped' then
    stripes := case when indexes <= 1 then 8 else 16 end;
    note := format('striped, as defined, with %s stripes for %s index(es)', stripes, indexes);
  elsif walk = 'key' then
    note := 'walked in key order, as defined';
  elsif (planning.migration).kind = 'delete' then
    note := 'a delete needs no room on its page, so no stripes';
  elsif rows = 0 then
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
  elsif probed.pages > 0.3 * probed.rows_visited and rows > small_table and walk <> 'blocks' then
    note := 'the key is random in the heap, so a walk in key order comes back to each page later and finds room: HOT by itself';
  elsif pending < 0.1 * rows then
    note := 'few rows of a page change, so stripes would cost more than they save';
  elsif coalesce((planning.migration).max_batch, (planning.policy).max_batch) < small_batch then
    note := format('batches are kept below %s rows, too small for stripes', small_batch);
  elsif rows < small_table then
    note := 'the table is small, so no stripes';
  elsif planning.horizon_age > long_transaction then
    note := format('a transaction has been open for %s and keeps dead rows from being pruned, so stripes would not help; '
      'end it and plan again', date_trunc('second', planning.horizon_age));
  else
    stripes := case when indexes <= 1 then 8 else 16 end;
    note := format('pages are packed and the change touches no index: %s stripes let each pass reuse the room that '
      'the pass before left, so most updates are HOT', stripes);
  end if;
end
$$;

comment on function sluice.choose_stripes(
  sluice.planning, sluice.probe_summary, bigint, bigint, regclass, integer) is
  'In how many stripes a migration is walked best, and why.';
