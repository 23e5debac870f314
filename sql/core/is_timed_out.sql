-- sluice_internal.is_timed_out(): whether the statement_timeout that is armed for this statement is over, so that an
-- error 57014 comes from it. A timeout is armed when a statement arrives, and inside a CALL never again: the value that
-- counts there is the session's, which claim leaves alone. The last tenth counts as over, because the server's clock
-- began a little earlier.
-- Called when:  a batch was cancelled, in the session that ran it.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_timed_out()
returns boolean
language sql volatile
set search_path to pg_catalog, pg_temp
as $$
  select s.setting::bigint > 0
    and clock_timestamp() >= statement_timestamp() + 0.9 * s.setting::bigint * interval '1 millisecond'
  from pg_settings s
  where s.name = 'statement_timeout'
$$;

comment on function sluice_internal.is_timed_out() is
  'Whether the time is over that statement_timeout gives the statement which is running.';
