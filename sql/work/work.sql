-- sluice.work(lasting, only_migration, until_idle): the driver's loop in SQL alone, for pg_cron and psql.
-- Runs the session's user's due lanes, a transaction each, until the time is over; with until_idle, until nothing is
-- left, or goes on only after a longer pause or a hold, which a notice tells. A range that failed is waited for while
-- the time lasts. Between batches its application_name is that of a driver's worker, so that it counts as one
-- (pace/workers_present.sql). A statement_timeout cannot be armed inside a CALL, so batches are bounded by their size
-- and by lock_timeout only; the statement_timeout of the session counts for the whole call, which ends
-- in time; its lock_timeout is not for the control tables, where others wait in turn. Its transactions are
-- READ COMMITTED, whatever the session's default.
-- Locks, writes: as claim, run, checkpoint and fail; every ten seconds as keep_house.
-- Raises: SL002 for an unknown migration, SL009 for a bad duration; 57014 when it is cancelled, after the batch was
--   recorded; 2D000 when
--   called inside a transaction. Nothing to run is a notice (work/check_work.sql).

create or replace procedure sluice.work(
  lasting interval default '55 seconds',
  only_migration text default null,
  until_idle boolean default false
)
language plpgsql
as $$
declare
  ends_at pg_catalog.timestamptz;
  keep_house_at pg_catalog.timestamptz := pg_catalog.clock_timestamp();
  batch sluice_internal.batch_end;
  lane_canceled bigint;
  reason pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform pg_catalog.set_config('lock_timeout', '0', true);
  if (lasting > interval '0') is not true then
    raise exception using
      errcode = 'SL009',
      message = format('invalid duration %s', coalesce(lasting::text, 'null')),
      hint = 'Give a positive interval: call sluice.work(lasting => ''55 seconds'');';
  end if;

  ends_at := sluice_internal.end_of_call('work', lasting);
  perform sluice_internal.check_work(only_migration);
  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
      pg_catalog.set_config('application_name', 'sluice worker', true),
      pg_catalog.set_config('lock_timeout', '0', true);
    batch := sluice_internal.run_batch(only_migration);
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
      pg_catalog.set_config('application_name', 'sluice worker', true),
      pg_catalog.set_config('lock_timeout', '0', true);
    lane_canceled := sluice_internal.check_cancel(batch, lane_canceled);
    if clock_timestamp() >= keep_house_at then
      perform sluice_internal.keep_house();
      commit;
      set transaction isolation level read committed;
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
        pg_catalog.set_config('application_name', 'sluice worker', true),
        pg_catalog.set_config('lock_timeout', '0', true);
      keep_house_at := clock_timestamp() + interval '10 seconds';
    end if;
    if until_idle and (batch.wait_seconds > 0 or clock_timestamp() >= ends_at) then
      reason := sluice_internal.idle_reason(only_migration, ends_at);
      exit when reason is not null;
    end if;
    exit when clock_timestamp() >= ends_at;
    if batch.wait_seconds > 0 then
      perform sluice_internal.nap(batch.wait_seconds, ends_at);
    end if;
  end loop;
  if reason <> '' then
    raise notice using message = format('work ends before its migrations: %s', reason),
      hint = 'select name, state, waiting_for from sluice.progress; lists all.';
  end if;
  commit;
end
$$;

comment on procedure sluice.work(interval, text, boolean) is
  'Runs due batches of the session''s user for a while, with no driver; for pg_cron and psql.';
