-- sluice.cleanup(name, timeout): finishes a migration now, in this session, proves it, and leaves nothing behind.
-- Works from any state, without a driver; workers that run help. Each batch and each on_finish statement is a
-- transaction of its own, so that a cancelled or interrupted cleanup goes on where it was when it is called again.
-- Its transactions are READ COMMITTED, whatever the session's default. A statement_timeout of the session counts for
-- the whole call, which ends in time with SL014; a transaction_timeout is lifted for the statements of on_finish, which
-- may take long. An error of on_finish is remembered before it is raised, and so is a lock that is waited for:
-- sluice.stuck has them.
-- Locks, writes: as claim, run, checkpoint and fail; then what on_finish says.
-- Raises: SL002, SL006 (waits for another migration), SL007, SL012, SL014 (time is over), SL022 (rows or ranges
--   failed), SL023 (a statement that cannot run inside a transaction), SL026 (rows go to application code); 25006 where
--   the database is read-only for this session; what a statement of
--   on_finish raises, with the statement in its detail; 2D000 when called inside a transaction.

create or replace procedure sluice.cleanup(name text, timeout interval default null)
language plpgsql
as $$
declare
  ends_at pg_catalog.timestamptz;
  batch sluice_internal.batch_end;
  lane_canceled bigint;
  executed boolean;
  waits integer := 0;
  told pg_catalog.text;
  error_sqlstate pg_catalog.text;
  error_message pg_catalog.text;
  error_detail pg_catalog.text;
  error_hint pg_catalog.text;
  error_context pg_catalog.text;
begin
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform sluice_internal.require_owner_session(f.owner) from sluice_internal.find_definition(name) as f;
  perform sluice_internal.require_no_handler(name);
  perform sluice_internal.require_writes(name);
  ends_at := sluice_internal.end_of_call('cleanup', timeout);
  timeout := least(timeout, ends_at - statement_timestamp());
  commit;
  set transaction isolation level read committed;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  perform sluice_internal.begin_cleanup(name);
  -- what was finished may go on
  perform sluice_internal.require_no_handler(name);

  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    exit when sluice_internal.check_cleanup(name, timeout, ends_at);
    -- it may hold the migration's row, and a batch is not to begin with that (state/lock_schedule.sql)
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    batch := sluice_internal.run_batch(name);
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    lane_canceled := sluice_internal.check_cancel(batch, lane_canceled);
    if batch.wait_seconds > 0 then
      perform sluice_internal.nap(least(batch.wait_seconds, 0.05), ends_at);
    end if;
  end loop;

  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    begin
      executed := sluice_internal.run_on_finish(name);
    exception when query_canceled or assert_failure or others then
      if sqlstate like 'SL%' then
        raise;
      end if;
      get stacked diagnostics error_sqlstate = returned_sqlstate, error_message = message_text,
        error_detail = pg_exception_detail, error_hint = pg_exception_hint, error_context = pg_exception_context;
    end;
    if error_sqlstate is not null then
      told := sluice_internal.fail_cleanup(name, error_sqlstate, error_message, error_detail, error_hint,
        error_context);
      commit;
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      raise exception using
        errcode = error_sqlstate,
        message = error_message,
        detail = concat_ws(' ', nullif(error_detail, ''), format('Migration "%s", %s', name, told)),
        hint = concat_ws(' ', nullif(error_hint, ''), format(
          'The migration is finished; mend the cause, then: call sluice.cleanup(%L); which goes on with this '
          'statement.', name));
    end if;
    if executed is null then
      exit when sluice.drop_capture(name);
    end if;
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    if executed then
      waits := 0;
    else
      waits := waits + 1;
      told := sluice_internal.fail_cleanup(name, '55P03');
      commit;
      set transaction isolation level read committed;
      perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
      perform sluice_internal.check_lock_wait(name, timeout, ends_at, told);
      perform sluice_internal.nap(least(0.1 * waits, 5) * (0.5 + random() / 2), ends_at);
    end if;
  end loop;

  perform sluice_internal.dismantle(name);
  commit;
  perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  while sluice_internal.drop_compiled() > 0 loop
    commit;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  end loop;
  commit;
end
$$;

comment on procedure sluice.cleanup(text, interval) is
  'Finishes a migration now, verifies it, runs on_finish, and removes everything but its history.';
