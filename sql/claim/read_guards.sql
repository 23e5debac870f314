-- sluice.read_guards(target): takes the readings of the guards that are older than a second.
-- One session at a time reads; others go on with the last readings.
-- Called when:  claiming.
-- Locks: nothing that anybody waits for.  Writes: sluice.guard_reading; an event when work begins or ceases to be held.
-- Raises: nothing; a guard whose measure fails holds nothing and leaves an event.

create or replace function sluice.read_guards(target oid)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  due record;
  reading double precision;
  allowed double precision;
  failed_state text;
  failed_message text;
begin
  if not exists (
    select
    from sluice.guard g
    left join sluice.guard_reading r on r.guard = g.name and r.target = read_guards.target
    where g.enabled and (r.read_at is null or r.read_at < clock_timestamp() - interval '1 second')
  ) or not pg_try_advisory_xact_lock(hashtextextended('sluice.read_guards', target::bigint)) then
    return;
  end if;

  for due in
    select g.*, r.factor
    from sluice.guard g
    left join sluice.guard_reading r on r.guard = g.name and r.target = read_guards.target
    where g.enabled and (r.read_at is null or r.read_at < clock_timestamp() - interval '1 second')
    order by g.name
  loop
    begin
      execute format('select (%s)::double precision', due.measure) into reading using target;
    exception when others then
      get stacked diagnostics failed_state = returned_sqlstate, failed_message = message_text;
      perform sluice.record_event(null, 'guard_failed',
        format('guard %s cannot be read: %s', due.name, failed_message),
        jsonb_build_object('guard', due.name, 'sqlstate', failed_state));
      reading := null;
    end;
    allowed := case
      when reading is null or reading <= due.slow_at then 1
      when reading >= due.hold_at then 0
      else (due.hold_at - reading) / (due.hold_at - due.slow_at)
    end;
    if (allowed = 0) is distinct from (coalesce(due.factor, 1) = 0) then
      perform sluice.record_event(null, case when allowed = 0 then 'guard_holds' else 'guard_releases' end,
        format('guard %s: %s is %s %s', due.name, due.description, reading, due.unit),
        jsonb_build_object('guard', due.name, 'value', reading, 'target', target::regclass));
    end if;

    insert into sluice.guard_reading as r (guard, target, value, factor, read_at)
    values (due.name, target, reading, allowed, clock_timestamp())
    on conflict on constraint guard_reading_pkey do update
      set value = excluded.value, factor = excluded.factor, read_at = excluded.read_at;
  end loop;
end
$$;

comment on function sluice.read_guards(oid) is 'Refreshes the guards'' readings for a table, at most once a second.';
