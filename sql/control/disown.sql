-- sluice.disown(): this database runs no migrations until sluice.adopt() is called. To be called first of all in a
-- clone that was made by a base backup or a snapshot, which has the identity of its original and cannot be told from
-- it.
-- Called by: the owner of schema sluice.
-- Locks, writes: sluice_internal.installation, an event; NOTIFY sluice.  Raises: nothing; batches that are running end
--   first.

create or replace function sluice.disown()
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  update sluice_internal.installation i set adopted = false where i.adopted;
  if found then
    perform sluice_internal.record_event(null, 'disowned', format('database %s was disowned by %s', current_database(),
      session_user));
    perform sluice_internal.wake_drivers('');
  end if;
end
$$;

comment on function sluice.disown() is
  'Lets this database run no migrations until adopt() is called: for a clone of a server.';
