-- sluice_internal.require_state(migration, verb, states): refuses a verb that makes no sense in the migration's present
-- state.
-- Called when:  a control verb begins.
-- Locks, writes: nothing.
-- Raises: SL006.

create or replace function sluice_internal.require_state(migration sluice_internal.migration, verb text,
  variadic states text[])
returns void
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  if migration.state <> all (states) then
    raise exception using
      errcode = 'SL006',
      message = format('cannot %s migration "%s": it is %s', verb, migration.name, migration.state),
      detail = format('That is possible while it is %s.', array_to_string(states, ', ', '')),
      hint = case
        when verb = 'forget' then format('Cancel it first: select sluice.cancel(%L);', migration.name)
        when migration.state = 'defined'
          and verb in ('cancel', 'pause', 'resume', 'restart', 'retry', 'throttle', 'reschedule')
          then format('Nothing runs. To run it: select * from sluice.schedule(%1$L); to remove it: select '
            'sluice.forget(%1$L);', migration.name)
        when migration.state = 'defined'
          then format('Schedule it first: select * from sluice.schedule(%L);', migration.name)
        when migration.state = 'finished'
          then format('It is done. To run it again: select sluice.restart(%L);', migration.name)
        when migration.state = 'cancelled'
          then format('Schedule it again: select * from sluice.schedule(%L);', migration.name)
        when migration.state = 'failed' then format('Mend the cause, then: select sluice.retry(%L);', migration.name)
        when migration.state = 'paused' then format('Let it go on: select sluice.resume(%L);', migration.name)
        else format('See select * from sluice.progress(%L);', migration.name)
      end;
  end if;
end
$$;

comment on function sluice_internal.require_state(sluice_internal.migration, text, text[]) is
  'Raises SL006, with what to do instead, unless the migration is in one of the states.';
