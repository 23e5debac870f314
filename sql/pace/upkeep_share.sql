-- sluice_internal.upkeep_share(vacuum_share, hot_share): which share of a relation's rows must have left old versions
-- behind before the driver vacuums it: the policy's; or what a walk over 2.6 times as many rows leaves, whichever comes
-- first. Where most updates are HOT, few rows leave their page, so that by the policy's share alone a fifth of the
-- table would be walked between two vacuums, and what could fill the room that the second one finds would have gone to
-- the end of the table before (docs/performance.md).
-- Called when:  planning; by views. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.upkeep_share(vacuum_share numeric, hot_share numeric)
returns numeric
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select vacuum_share * least(2.6 * (1 - coalesce(hot_share, 0)), 1)
$$;

comment on function sluice_internal.upkeep_share(numeric, numeric) is
  'From which share of a relation''s rows on the driver vacuums, where so many updates are HOT.';
