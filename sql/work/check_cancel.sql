-- sluice_internal.check_cancel(batch, lane_canceled): raises the cancel that a batch met, once it is recorded and
-- committed, unless the author's SQL raised it. Returns the lane of which that is not known yet: its next batch, a
-- careful one, shows it. A cancel that comes after more than a second, or with the timeout of the call, is one of the
-- call.
-- Called when:  work and cleanup have run a batch, and committed.
-- Locks, writes: nothing.
-- Raises: 57014.

create or replace function sluice_internal.check_cancel(batch sluice_internal.batch_end, lane_canceled bigint)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if batch.failed_state is distinct from '57014' then
    if lane_canceled is null or batch.lane_id = lane_canceled and batch.row_cancels then
      return null;
    elsif batch.lane_id is not null and batch.lane_id <> lane_canceled then
      return lane_canceled;
    end if;
  elsif lane_canceled is null and not batch.was_careful and not batch.is_timed_out and batch.seconds < 1 then
    return batch.lane_id;
  end if;

  raise exception using
    errcode = 'query_canceled',
    message = coalesce(batch.failed_message, 'canceled on request'),
    detail = 'The batch was rolled back and is recorded in sluice.history; the range is tried again in smaller '
      'batches.',
    hint = case when batch.is_timed_out
      then 'statement_timeout counts for the whole call. Lift it before: set statement_timeout = 0;'
      else 'Call it again to go on.'
    end;
end
$$;

comment on function sluice_internal.check_cancel(sluice_internal.batch_end, bigint) is
  'Raises the cancel that a batch met, unless the author''s SQL raised it; returns the lane of which that is not '
  'known yet.';
