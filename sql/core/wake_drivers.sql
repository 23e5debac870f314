-- sluice_internal.wake_drivers(name): tells drivers that something changed, so that they need not wait until they look
-- by themselves. Where the queue of notifications is nearly full, which a session of any role that listens and does not
-- end its transaction can bring about, nothing is sent: NOTIFY would fail, at COMMIT, and drivers look every few
-- seconds.
-- Called when:  state, schedule or lanes of a migration changed.
-- Locks: nothing.  Writes: a notification on channel sluice.
-- Raises: nothing of its own.

create or replace function sluice_internal.wake_drivers(name text)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  if pg_notification_queue_usage() < 0.9 then
    perform pg_notify('sluice', name);
  end if;
end
$$;

comment on function sluice_internal.wake_drivers(text) is
  'Notifies drivers on channel sluice that a migration changed, unless the queue of notifications is nearly full.';
