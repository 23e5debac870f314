-- sluice.work(lasting, only_migration, until_idle): the driver's loop in SQL alone, for pg_cron and psql.
-- Runs the session's user's due lanes, a transaction each, until the time is over; with until_idle, until nothing is
-- due, or will be within policy.poll_interval.
-- Between batches its application_name is that of a driver's worker, so that it counts as one (plan/workers_present.sql).
-- A statement_timeout cannot be armed inside a CALL, so batches are bounded by their size and by lock_timeout only.
-- Locks, writes: as claim, run, checkpoint and fail; every ten seconds as keep_house.
-- Raises: SL002 for an unknown migration, SL009 for a bad duration; 2D000 when called inside a transaction. Nothing to run is a
--   notice (run/check_work.sql).

create or replace procedure sluice.work(
  lasting interval default '55 seconds',
  only_migration text default null,
  until_idle boolean default false
)
language plpgsql
as $$
declare
  ends_at timestamptz := pg_catalog.clock_timestamp() operator(pg_catalog.+) lasting;
  keep_house_at timestamptz := pg_catalog.clock_timestamp();
  wait_seconds double precision;
begin
  if lasting operator(pg_catalog.<=) interval '0' then
    raise exception using
      errcode = 'SL009',
      message = pg_catalog.format('invalid duration %s', lasting),
      hint = 'Give a positive interval: call sluice.work(lasting => ''55 seconds'');';
  end if;

  perform sluice.check_work(only_migration);
  loop
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
      pg_catalog.set_config('application_name', 'sluice worker', true);
    wait_seconds := sluice.run_one(only_migration);
    commit;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
      pg_catalog.set_config('application_name', 'sluice worker', true);
    if clock_timestamp() >= keep_house_at then
      perform sluice.keep_house();
      commit;
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
        pg_catalog.set_config('application_name', 'sluice worker', true);
      keep_house_at := clock_timestamp() + interval '10 seconds';
    end if;
    exit when clock_timestamp() >= ends_at;
    if wait_seconds > 0 then
      exit when until_idle and not sluice.is_resting(only_migration);
      perform pg_sleep(least(wait_seconds, extract(epoch from ends_at - clock_timestamp())));
      commit;
    end if;
  end loop;
  commit;
end
$$;

comment on procedure sluice.work(interval, text, boolean) is
  'Runs due batches of the session''s user for a while, with no driver; for pg_cron and psql.';
