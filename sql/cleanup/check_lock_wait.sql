-- sluice_internal.check_lock_wait(name, timeout, ends_at, told): whether a cleanup that waits for a lock has time to
-- try again.
-- Called when:  an attempt of cleanup to get a lock failed.
-- Locks, writes: nothing.
-- Raises: SL014, with what waits, and for whom.

create or replace function sluice_internal.check_lock_wait(name text, timeout interval, ends_at timestamptz, told text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if clock_timestamp() > ends_at then
    raise exception using
      errcode = 'SL014',
      message = format('could not finish migration "%s" within %s', name,
        sluice_internal.readable_interval(extract(epoch from timeout)::double precision)),
      detail = format('The migration is finished; %s.', rtrim(told, ';')),
      hint = format('Look at the holders in pg_stat_activity; when they have ended, or were ended by '
        'pg_terminate_backend(), '
        'or a prepared transaction by rollback prepared: call sluice.cleanup(%L); which goes on with this.', name);
  end if;
end
$$;

comment on function sluice_internal.check_lock_wait(text, interval, timestamptz, text) is
  'Raises SL014, with what waits and for whom, when a cleanup has no time to try for a lock again.';
