-- sluice.cancel(name, reason): ends the run. What is done stays done; schedule() goes on from there, restart() begins
-- anew. A capture trigger is removed with the owner's rights: in another session, or while its lock is not to be had,
-- it stays, and sluice.stuck says so.
-- Called by: owners and operators.
-- Locks, writes: as cancel_run and drop_capture.
-- Raises: SL002, SL006, SL007. Cancelling a cancelled migration is a no-op.

create or replace function sluice.cancel(name text, reason text default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.cancel_run(name, reason);
  if not sluice.drop_capture(name) then
    raise notice using
      message = format('the capture trigger of migration "%s" is still there', name),
      hint = 'It goes on converting rows, which does no harm; select * from sluice.stuck; says how to remove it.';
  end if;
end
$$;

comment on function sluice.cancel(text, text) is 'Ends a migration''s run; what is done stays done.';
