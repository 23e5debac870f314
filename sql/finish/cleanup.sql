-- sluice.cleanup(name, timeout): finishes a migration now, in this session, proves it, and leaves nothing behind.
-- Works from any state, without a driver; workers that run help. Each batch and each on_finish statement is a transaction
-- of its own, so that a cancelled or interrupted cleanup goes on where it was when it is called again.
-- Locks, writes: as claim, run, checkpoint and fail; then what on_finish says.
-- Raises: SL002, SL006 (waits for another migration), SL007, SL012, SL014 (time is over), SL022 (rows or ranges failed),
--   SL023 (a statement that cannot run inside a transaction), SL026 (rows go to application code); 2D000 when called inside a transaction.

create or replace procedure sluice.cleanup(name text, timeout interval default null)
language plpgsql
as $$
declare
  ends_at timestamptz;
  wait_seconds double precision;
  executed boolean;
  waits integer := 0;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  ends_at := clock_timestamp() + timeout;
  perform sluice.require_owner_session(f.owner) from sluice.find_definition(name) as f;
  perform sluice.require_no_handler(name);
  perform sluice.begin_cleanup(name);
  commit;

  loop
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    exit when sluice.check_cleanup(name, timeout, ends_at);
    wait_seconds := sluice.run_one(name);
    commit;
    if wait_seconds > 0 then
      perform pg_catalog.pg_sleep(least(wait_seconds, 0.05));
      commit;
    end if;
  end loop;

  loop
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    executed := sluice.run_on_finish(name);
    if executed is null then
      exit when sluice.drop_capture(name);
    end if;
    commit;
    if executed then
      waits := 0;
    else
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      waits := waits + 1;
      if clock_timestamp() > ends_at then
        raise exception using
          errcode = 'SL014',
          message = format('could not finish migration "%s" within %s', name, timeout),
          detail = format('All rows are done and verified; %s.', case
            when executed is null then 'the lock to remove its capture trigger was not to be had'
            else 'a statement of on_finish did not get its lock'
          end),
          hint = format('Look for what holds it in pg_locks, then call sluice.cleanup(%L) again.', name);
      end if;
      perform pg_sleep(least(0.1 * waits, 5) * (0.5 + random() / 2));
      commit;
    end if;
  end loop;

  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform sluice.dismantle(name);
  commit;
end
$$;

comment on procedure sluice.cleanup(text, interval) is
  'Finishes a migration now, verifies it, runs on_finish, and removes everything but its history.';
