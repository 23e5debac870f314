-- sluice_internal.lanes_wanted(workers, stripes): over how many lanes so many workers are spread: one each, or three in
-- turn where they go by stripes. A worker's snapshot keeps what others deleted meanwhile from being pruned, and so does
-- one that was taken while an older transaction ran; between two stripes of one lane, every worker has begun a batch
-- that has seen neither, and then there is room for HOT updates.
-- Called when:  a lane is read for a batch, and when lanes are refilled.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.lanes_wanted(workers integer, stripes integer)
returns integer
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select workers * case when workers > 1 and stripes > 1 then 3 else 1 end
$$;

comment on function sluice_internal.lanes_wanted(integer, integer) is 'How many lanes are at work for so many workers.';
