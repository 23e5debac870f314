-- sluice.throttle(name, rows_per_second): limits the rate of all workers together; null lifts the limit.
-- Called by: owners and operators.
-- Locks, writes: the schedule's row.
-- Raises: SL002, SL006, SL007; SL009 when the rate is not positive.

create or replace function sluice.throttle(name text, rows_per_second numeric, caller sluice.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice.migration := sluice.lock_run(name, caller);
begin
  perform sluice.require_state(migration, 'throttle', 'scheduled', 'running', 'verifying', 'paused');
  if rows_per_second <= 0 then
    raise exception using
      errcode = 'SL009',
      message = format('invalid rate %s for migration "%s"', rows_per_second, name),
      hint = format('Give rows a second, or null for no limit; to stop it: select sluice.pause(%L);', name);
  end if;
  update sluice.schedule s set max_rate = rows_per_second where s.migration = migration.name;
end
$$;

comment on function sluice.throttle(text, numeric, sluice.caller) is 'Limits a migration to so many rows a second; null lifts the limit.';
