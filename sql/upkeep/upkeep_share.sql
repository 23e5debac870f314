-- sluice.upkeep_share(vacuum_share, hot_share): which share of a relation's rows must have left old versions behind before the driver
-- vacuums it: the policy's, and two fifths of that where most updates are HOT. There few rows leave their page, so that
-- otherwise a fifth of the table would be walked between two vacuums, and what could fill the room that the second one finds
-- would have gone to the end of the table before (docs/performance.md).
-- Called when:  planning; by views. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.upkeep_share(vacuum_share numeric, hot_share numeric)
returns numeric
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case when hot_share > 0.5 then 0.4 * vacuum_share else vacuum_share end
$$;

comment on function sluice.upkeep_share(numeric, numeric) is
  'From which share of a relation''s rows on the driver vacuums, where so many updates are HOT.';
