-- sluice_internal.worker_speed(workers): how many times as fast as one worker so many are. Each further one adds 0.85,
-- because workers hold back each other's pruning horizon and share the disk and the log.
-- Called when:  planning, forecasting.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.worker_speed(workers integer)
returns double precision
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select 1 + 0.85 * (workers - 1)
$$;

comment on function sluice_internal.worker_speed(integer) is 'Speed of so many workers, one worker being 1.';
