-- sluice_internal.require_schedulable(migration): refuses to schedule what is scheduled already, or what is done.
-- Called when:  schedule() begins, and once more when it writes.
-- Locks, writes: nothing.
-- Raises: SL006.

create or replace function sluice_internal.require_schedulable(migration sluice_internal.migration)
returns void
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  if migration.state in ('scheduled', 'running', 'verifying', 'paused') then
    raise exception using
      errcode = 'SL006',
      message = format('cannot schedule migration "%s": it is scheduled already%s', migration.name,
        case when migration.state <> 'scheduled' then format(', and is %s', migration.state) end),
      hint = format('To change when and how fast it runs: select * from sluice.reschedule(%L, within => ''1 week'');',
        migration.name);
  end if;
  perform sluice_internal.require_state(migration, 'schedule', 'defined', 'cancelled');
end
$$;

comment on function sluice_internal.require_schedulable(sluice_internal.migration) is
  'Raises SL006 unless a migration is defined or cancelled, and says how to reschedule.';
