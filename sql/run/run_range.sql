-- sluice_internal.run_range(work, lower, upper): calls the compiled function of a lane's act for the rows in (lower,
-- upper]. For a handler that is the one which opens the cursor sluice_rows over the rows, locked.
-- Called when:  a batch is run that is not careful. Runs with the session's rights.
-- Locks: the rows that the definition changes.  Writes: what the definition says, nothing else.
-- Raises: whatever the author's SQL raises. Returns a result in which only what was counted is set.

create or replace function sluice_internal.run_range(work sluice_internal.lane_work, lower text[], upper text[])
returns sluice_internal.batch_result
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  counts integer[];
  counted sluice_internal.batch_result;
begin
  counted.rows_changed := 0;
  counted.rows_updated := 0;
  counted.rows_hot := 0;
  counted.rows_deleted := 0;
  counted.rows_pending := 0;
  if work.act = 'sweep' then
    execute format('select s.sluice_pending, s.sluice_keys from sluice_internal.%I($1, $2, $3) as s',
      'sweep_' || work.functions)
    into counted.rows_pending, counted.keys_pending
    using lower, upper, work.quarantined;
  elsif work.handler is not null then
    perform sluice_internal.open_rows(work.functions, lower, upper);
  else
    execute format('select sluice_internal.%I($1, $2, $3, $4)', 'change_' || work.functions) into counts
    using lower, upper, work.stripes, work.stripe;
    counted.rows_changed := counts[1];
    counted.rows_updated := counts[2];
    counted.rows_hot := counts[3];
    counted.rows_deleted := counts[4];
  end if;
  return counted;
end
$$;

comment on function sluice_internal.run_range(sluice_internal.lane_work, text[], text[]) is
  'Changes the rows of a range, or searches it for pending ones, by the compiled functions.';
