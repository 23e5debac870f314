-- sluice_internal.pending_ahead(rows_visited, rows_left, rows_changed, pending_share): how many of the rows that a walk
-- has still to visit are pending: as many as the plan expected less those that were changed, or the plan's share of
-- them where that is more. Pending rows may lie together, so those that were not met yet are ahead.
-- Called when:  progress is shown, and forecasting. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.pending_ahead(
  rows_visited bigint, rows_left bigint, rows_changed bigint, pending_share numeric
)
returns bigint
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  return ceil(least(rows_left,
    greatest(pending_share * rows_left, pending_share * (rows_visited + rows_left) - rows_changed)));
end
$$;

comment on function sluice_internal.pending_ahead(bigint, bigint, bigint, numeric) is
  'Returns how many of the rows that a walk has still to visit are pending.';
