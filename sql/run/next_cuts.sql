-- sluice_internal.next_cuts(work, done, last, rows_wanted, kept): the next pieces of a careful batch, from the key done
-- on. The stripes of a stretch are all cut alike, and the lane keeps the cuts meanwhile: to look for them in each
-- stripe would cost as much as the walk itself. They are of no help where a batch ended between two of them.
-- Called when:  a batch is run carefully. Runs with the session's rights.
-- Locks, writes: nothing.  Raises: whatever the key's operators raise.

create or replace function sluice_internal.next_cuts(
  work sluice_internal.lane_work, done text[], last text[], rows_wanted integer, inout kept sluice_internal.cut[],
  out cuts sluice_internal.cut[]
)
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_parts constant integer := 32;
  stripe_begins boolean := work.stretch_rows is not null and done is not distinct from work.lower;
  part_rows integer := least(work.careful, rows_wanted);
  passed integer := 0;
begin
  if stripe_begins and kept is null then
    kept := sluice_internal.cut_range(work, done, last, greatest(work.careful, work.stretch_rows / most_parts),
      most_parts + 1);
  end if;
  if kept is not null then
    if not stripe_begins then
      select c.place into passed from unnest(kept) with ordinality as c (key, rows, place) where c.key = done;
    end if;
    cuts := kept[passed + 1:];
  end if;
  if coalesce(cardinality(cuts), 0) = 0 then
    cuts := sluice_internal.cut_range(work, done, last, part_rows, ceil(rows_wanted::numeric / part_rows)::integer);
  end if;
end
$$;

comment on function sluice_internal.next_cuts(sluice_internal.lane_work, text[], text[], integer,
  sluice_internal.cut[]) is
  'The pieces in which a careful batch is walked next, and the cuts that the lane keeps for its stripes.';
