-- sluice_internal.announce_batch(lane_id): writes down that this session runs the batch of a lane next. Returns whether
-- that stood there already. A session that its transaction_timeout ends leaves nothing else: the next claim of the lane
-- finds the announcement of a session that is gone, and records a failure (claim). A batch that ends, or fails, takes
-- the announcement back (save_lane).
-- Called when:  a batch was claimed inside a CALL, under a transaction_timeout; the caller commits, and claims again.
-- Locks, writes: the lane's row, which is locked already.
-- Raises: nothing. Does nothing for other roles than the migration's owner.

create or replace function sluice_internal.announce_batch(lane_id bigint,
  caller sluice_internal.caller default current_user)
returns boolean
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  update sluice_internal.lane l
  set announced_by = pg_backend_pid()
  from sluice_internal.migration m
  where l.lane_id = announce_batch.lane_id and l.announced_by is distinct from pg_backend_pid()
    and m.migration_id = l.migration_id and sluice_internal.is_owner(m, caller);
  return not found;
end
$$;

comment on function sluice_internal.announce_batch(bigint, sluice_internal.caller) is
  'Writes down that this session runs the batch of a lane next; returns whether that stood there already.';
