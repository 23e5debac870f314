-- sluice_internal.nap(wait_seconds, ends_at): sleeps as long as a worker has to wait, but no longer than a second at a
-- time, or half of transaction_timeout: the caller commits after each, so that no transaction stays open.
-- Called when:  work and cleanup wait.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.nap(wait_seconds double precision, ends_at timestamptz)
returns void
language sql volatile
set search_path to pg_catalog, pg_temp
as $$
  select pg_sleep(greatest(least(wait_seconds, 1, extract(epoch from ends_at - clock_timestamp()),
    extract(epoch from nullif(current_setting('transaction_timeout', true), '0')::interval / 2)), 0))
$$;

comment on function sluice_internal.nap(double precision, timestamptz) is
  'Sleeps for a part of the time that a worker has to wait.';
