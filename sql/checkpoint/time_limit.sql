-- sluice_internal.time_limit(statement_timeout): how long a batch may take in this session: policy.statement_timeout,
-- or less where the session's statement_timeout or transaction_timeout is shorter. Inside a CALL, that is the only
-- statement_timeout there is.
-- Called when:  checkpointing. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.time_limit(statement_timeout interval)
returns interval
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return least(time_limit.statement_timeout,
    nullif(current_setting('statement_timeout'), '0')::interval,
    nullif(current_setting('transaction_timeout', true), '0')::interval);
end
$$;

comment on function sluice_internal.time_limit(interval) is 'How long a batch may take in this session.';
