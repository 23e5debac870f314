-- sluice_internal.check_cleanup(name, timeout, ends_at): whether a cleanup is done with the rows; or why it cannot go
-- on.
-- Called when:  before each batch of cleanup, in SQL and in the client of a handler.
-- Locks, writes: as cleanup_state.
-- Raises: SL002, SL006 (waits for another migration), SL014 (time is over), SL022 (rows or ranges failed).

create or replace function sluice_internal.check_cleanup(name text, timeout interval, ends_at timestamptz)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  now_is record;
begin
  select * into now_is from sluice_internal.cleanup_state(name);
  if now_is.state = 'finished' then
    return true;
  elsif now_is.state not in ('scheduled', 'running', 'verifying') then
    raise exception using
      errcode = 'SL022',
      message = format('could not finish migration "%s": it is %s', name, now_is.state),
      detail = now_is.reason,
      hint = format('select * from sluice.stuck where name = %L; says what to do. What is done stays done.', name);
  elsif now_is.held_by is not null then
    raise exception using
      errcode = 'SL006',
      message = format('cannot finish migration "%s" now: it waits for %s', name, now_is.held_by),
      hint = 'Finish that first; what is done here stays done.';
  elsif clock_timestamp() > ends_at then
    raise exception using
      errcode = 'SL014',
      message = format('could not finish migration "%s" within %s', name,
        sluice_internal.readable_interval(extract(epoch from timeout)::double precision)),
      detail = format('%s rows are left, about.', now_is.rows_left),
      hint = format('What is done stays done: call sluice.cleanup(%L); goes on from here.', name);
  end if;
  return false;
end
$$;

comment on function sluice_internal.check_cleanup(text, interval, timestamptz) is
  'Whether a cleanup is done with the rows; raises what keeps it from going on.';
