-- sluice_internal.run(lane_id): does one batch of a claimed lane: finds where it ends and calls the compiled function.
-- Called when:  after claim, in the same transaction; its answer goes to checkpoint.
-- For a handler it changes nothing: it opens the cursor sluice_rows over the rows of the batch, locked; the driver
-- hands them to the application, and what that returns to apply_changes.
-- Runs with the session's rights, and only in a session logged in as the migration's owner: a superuser is refused too.
-- Locks: the rows that the definition changes.  Writes: what the definition says, nothing else.
-- Raises: SL007, SL008, SL017 (read_lane), and whatever the author's SQL raises.

create or replace function sluice_internal.run(lane_id bigint)
returns sluice_internal.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  begun_at constant timestamptz := clock_timestamp();
  work sluice_internal.lane_work := sluice_internal.read_lane(lane_id);
  result sluice_internal.batch_result;
  find_bound text := format('select b.bound, b.rows_visited from sluice_internal.%I($1, $2, $3) as b',
    'bound_' || work.functions);
  least_leap constant integer := 10000;
  pages_sampled constant integer := 100;
  counted sluice_internal.batch_result;
  failure sluice_internal.failed_row;
  proof sluice_internal.snapshot_proof;
  began_in constant pg_snapshot := case when work.calls_functions then pg_current_snapshot() end;
begin
  perform sluice_internal.require_owner_session(work.owner);
  if current_setting('timezone_abbreviations') <> 'Default' then
    -- functions set them where the definition has others (settings_clause)
    perform set_config('timezone_abbreviations', 'Default', true);
  end if;
  result.lane_id := work.lane_id;
  result.version := work.version;
  result.begun_at := begun_at;
  result.lower := work.lower;
  result.cuts := work.cuts;
  result.rows_visited := 0;
  result.rows_changed := 0;
  result.rows_updated := 0;
  result.rows_hot := 0;
  result.rows_deleted := 0;
  result.rows_pending := 0;

  if work.act = 'capture' then
    perform sluice_internal.install_capture(sluice_internal.read_captured(work.migration));
    return result;
  elsif work.act = 'prove' then
    proof.taken_at := clock_timestamp();
    proof.taken_in := pg_current_xact_id();
    execute format('select p.rows_counted, p.rows_pending, p.snapshot from sluice_internal.%I() as p',
      'prove_' || work.functions)
    into proof.rows_counted, proof.rows_pending, proof.snapshot;
    if work.calls_functions then
      perform sluice_internal.check_reads(began_in);
    end if;
    result.proof := proof;
    result.rows_visited := least(coalesce(proof.rows_counted, 0), 2147483647);
    return result;
  end if;

  if work.lower is null and exists (select from sluice_internal.nullable_columns(work.relation, work.key_columns)) then
    -- define() asked the same, when functions and tables may have been others
    perform sluice_internal.check_nullable_key(sluice_internal.read_captured(work.migration), array[work.relation]);
  end if;

  result.lane_upper := work.upper;
  if result.lane_upper is null then
    execute format('select sluice_internal.%I()', 'last_' || work.functions) into result.lane_upper;
    if result.lane_upper is null then
      return result;
    end if;
  end if;

  if work.measures then
    execute format('select e.rows_estimated from sluice_internal.%I($1, $2, $3, null) as e',
      'estimate_' || work.functions)
    into result.rows_left using work.lower, result.lane_upper, pages_sampled;
  end if;

  result.stretch_upper := work.stretch_upper;
  if work.stripes > 1 and result.stretch_upper is null then
    execute find_bound into result.stretch_upper, work.stretch_rows
    using work.lower, result.lane_upper, work.stretch_rows;
  end if;

  -- among rows that a handler was given, the driver finds the failing ones
  if work.careful is not null and work.detour is null and (work.handler is null or work.act = 'sweep') then
    result := sluice_internal.run_carefully(work, result);
  else
    if work.batch_size >= work.stretch_rows then
      -- a whole stripe at once: its end is known, and looking for it would cost as much as the walk itself
      result.upper := result.stretch_upper;
      result.rows_visited := work.stretch_rows;
    elsif work.rest is not null and not work.wants_split then
      result.upper := result.lane_upper;
      result.rows_visited := work.rest;
    elsif work.act = 'sweep' and work.batch_size >= least_leap then
      -- a sweep need not end after so many rows exactly, and statistics cost less than counting
      execute format('select b.bound, b.rows_visited from sluice_internal.%I($1, $2, $3) as b',
        'leap_' || work.functions)
      into result.upper, result.rows_visited
      using work.lower, result.lane_upper, work.batch_size;
    end if;
    if result.upper is null then
      execute find_bound into result.upper, result.rows_visited
      using work.lower, coalesce(result.stretch_upper, result.lane_upper), work.batch_size;
    end if;

    -- a detour is done by checkpoint, which wants to know the end of the batch only, or the key that is to be
    -- quarantined
    if work.detour = 'quarantine' then
      failure.lower := work.lower;
      failure.key := result.upper;
      failure.rows := result.rows_visited;
      if work.by_blocks then
        execute format('select n.lower, n.key from sluice_internal.%I($1) as n', 'name_' || work.functions)
        into failure.lower, failure.key using result.upper;
      end if;
      if failure.key is not null then
        result.failures := array[failure];
      end if;
    elsif work.detour is null then
      counted := sluice_internal.run_range(work, work.lower, result.upper);
      result.rows_changed := counted.rows_changed;
      result.rows_updated := counted.rows_updated;
      result.rows_hot := counted.rows_hot;
      result.rows_deleted := counted.rows_deleted;
      result.rows_pending := counted.rows_pending;
      result.keys_pending := counted.keys_pending;
    end if;
  end if;

  if work.wants_split then
    execute format('select sluice_internal.%I($1, $2)', 'middle_' || work.functions)
    into result.midpoint
    using coalesce(result.stretch_upper, result.upper), result.lane_upper;
  end if;
  -- now the table is locked, and stays as it is until the batch is committed
  result.key_order := sluice_internal.key_order(work.relation, work.key_columns, work.assigned_columns);
  if result.key_order is distinct from work.key_order then
    raise exception using
      errcode = 'SL017',
      message = format('the bounds of lane %s of %s are outdated', work.lane_id, work.relation),
      detail = format('%s was %s when the batch began.', result.key_order, work.key_order),
      hint = 'The batch is rolled back, and tried again.';
  end if;
  if work.calls_functions then
    perform sluice_internal.check_reads(began_in);
  end if;
  return result;
end
$$;

comment on function sluice_internal.run(bigint) is
  'Does one batch of a claimed lane with the session''s rights; what it did goes to checkpoint().';
