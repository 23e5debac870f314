-- sluice_internal.end_of_call(procedure, lasting): when a call that begins now is to end: after that time, or earlier,
-- so that the statement_timeout of the session does not end it in the middle of a batch. That timeout counts from the
-- beginning of the statement, which for a call inside another procedure was earlier.
-- Called when:  work and cleanup begin.
-- Locks, writes: nothing.
-- Raises: nothing; a notice where the time is less than asked for. Null when there is no limit.

create or replace function sluice_internal.end_of_call(procedure text, lasting interval)
returns timestamptz
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  armed constant interval := nullif(current_setting('statement_timeout'), '0')::interval;
begin
  if armed is null or 0.8 * armed >= lasting then
    return least(clock_timestamp() + lasting, statement_timestamp() + 0.8 * armed);
  end if;
  raise notice using
    message = format('call sluice.%s() ends after %s, because statement_timeout is %s', procedure,
      sluice_internal.readable_interval(extract(epoch from 0.8 * armed)::double precision),
      current_setting('statement_timeout')),
    detail = 'That timeout counts for the whole call. What is done stays done.',
    hint = format('Lift it before the call: set statement_timeout = 0; or for the role: alter role %I set '
      'statement_timeout = 0;',
      current_user);
  return statement_timestamp() + 0.8 * armed;
end
$$;

comment on function sluice_internal.end_of_call(text, interval) is
  'When a call is to end, by its duration and the statement_timeout of the session.';
