-- sluice_internal.read_guards(target): takes the readings of the guards that are older than a second; returns whether
-- there were any. A guard whose expressions do not use $1, the target, is read once for all targets.
-- One session of a role at a time reads a guard; others go on with the newest reading that was committed, whoever took
-- it. Each role writes readings of its own, and nothing of a guard itself is locked: a transaction that stays open
-- after this keeps neither other roles from reading nor a DBA from editing a guard.
-- Called when:  claiming, and while a guard holds; by those who run under guards only.
-- Locks: readings of the session's role that are due, skipping those that its other sessions hold.
-- Writes: sluice_internal.guard_reading; an event when a guard begins or ceases to hold, or begins to fail.
-- Raises: nothing; a guard whose measure fails holds nothing and leaves an event.

create or replace function sluice_internal.read_guards(target oid)
returns boolean
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
-- only the owner of schema sluice writes a guard's measure: @plpgsql_check_options: security_warnings = off
declare
  own_role constant oid := sluice_internal.role_id(session_user);
  due record;
  reading double precision;
  named text;
  ended_by text;
  allowed double precision;
  problem text;
  any_read boolean := false;
begin
  for due in
    select g.name, g.measure, g.culprit, g.remedy, g.exempt, g.slow_at, g.hold_at, g.unit, g.description, r.factor,
      r.error, of.target,
      exists (
        select from sluice_internal.guard_reading o
        where o.guard = g.name and o.target = of.target and o.reader = own_role) as is_own
    from sluice.guard g
    cross join lateral (
      select case when strpos(concat(g.measure, g.culprit, g.remedy), '$1') > 0 then read_guards.target
        else 0 end as target offset 0) as of
    left join sluice_internal.guard_reading r on r.guard = g.name and r.target = of.target
      and not exists (
        select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
          and n.read_at > r.read_at)
    where g.enabled and (r.read_at is null or r.read_at < clock_timestamp() - interval '1 second')
    order by g.name
  loop
    if due.is_own then
      perform from sluice_internal.guard_reading o
      where o.guard = due.name and o.target = due.target and o.reader = own_role
        and o.read_at < clock_timestamp() - interval '1 second'
      for no key update skip locked;
      continue when not found;
    end if;
    any_read := true;
    problem := null;
    named := null;
    ended_by := null;
    begin
      execute format('select (%s)::double precision', due.measure) into reading using target, due.exempt;
      if reading = 'NaN' then
        raise exception using
          errcode = 'numeric_value_out_of_range',
          message = 'its measure is not a number',
          hint = 'Let it be null where there is nothing to measure.';
      elsif reading > due.slow_at and due.culprit is not null then
        execute format('select (%s)::text', due.culprit) into named using target, due.exempt;
        if due.remedy is not null then
          execute format('select (%s)::text', due.remedy) into ended_by using target, due.exempt;
        end if;
      end if;
    exception when assert_failure or others then
      get stacked diagnostics problem = message_text;
      problem := format('%s (SQLSTATE %s)', problem, sqlstate);
      reading := null;
      if problem is distinct from due.error then
        perform sluice_internal.record_event(null, 'guard_failed',
          format('guard %s cannot be read: %s', due.name, problem),
          jsonb_build_object('guard', due.name, 'sqlstate', sqlstate));
      end if;
    end;
    allowed := case
      when reading is null or reading <= due.slow_at then 1
      when reading >= due.hold_at then 0
      else (due.hold_at - reading) / (due.hold_at - due.slow_at)
    end;
    if (allowed = 0) is distinct from (coalesce(due.factor, 1) = 0) then
      perform sluice_internal.record_event(null, case when allowed = 0 then 'guard_holds' else 'guard_releases' end,
        format('guard %s: %s is %s %s', due.name, due.description || coalesce(' (' || named || ')', ''),
          coalesce(round(reading::numeric, 2)::text, 'unknown'), due.unit),
        jsonb_build_object('guard', due.name, 'value', reading, 'target', nullif(due.target, 0)::regclass, 'culprit',
          named));
    end if;

    insert into sluice_internal.guard_reading as r (guard, target, reader, value, factor, culprit, remedy, error,
      read_at)
    values (due.name, due.target, own_role, reading, allowed, named, ended_by, problem, clock_timestamp())
    on conflict on constraint guard_reading_pkey do update
      set value = excluded.value, factor = excluded.factor, culprit = excluded.culprit, remedy = excluded.remedy,
        error = excluded.error, read_at = excluded.read_at;
  end loop;
  return any_read;
end
$$;

comment on function sluice_internal.read_guards(oid) is
  'Refreshes the guards'' readings for a table, at most once a second; whether any was refreshed.';
