-- Triggers on sluice.schedule: what a DBA writes there, or a control verb, takes effect.
--
--   INSERT            the migration is scheduled: lanes are made, the first batch follows at starts_at
--   UPDATE of active  the migration pauses or goes on
--   UPDATE            workers look again (NOTIFY); a new deadline is counted from now
--   DELETE            a migration that is not finished is cancelled; its lanes stay for a later schedule
--
-- Locks: the migration's row.  Writes: sluice_internal.migration, sluice_internal.lane.
-- Raises: SL006 for a state that does not allow it; SL009 for an unknown window or one that never opens before the
--   deadline.

create or replace function sluice_internal.obey_schedule()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration;
  asked sluice.schedule;
begin
  if tg_op = 'DELETE' then
    update sluice_internal.migration m
    set state = 'cancelled', state_reason = 'its schedule was deleted'
    where m.name = old.migration and m.state in ('scheduled', 'running', 'verifying', 'paused');
    return null;
  end if;

  if tg_op = 'UPDATE' and new.migration <> old.migration
    and exists (select from sluice_internal.migration m where m.name = old.migration)
  then
    raise exception using
      errcode = 'SL009',
      message = format('cannot give the schedule of migration "%s" to "%s"', old.migration, new.migration),
      hint = 'Delete this row, which cancels the one, and insert a row for the other.';
  end if;
  -- so that none of its windows is deleted at this moment
  perform from sluice.window w where w.name = any (new.during) for key share;
  asked := new;
  if tg_op = 'UPDATE' and (new.starts_at, new.deadline, new.during) is not distinct from (old.starts_at, old.deadline,
    old.during) then
    -- a deadline that has passed is no reason to refuse that its migration goes on, faster, or is cleaned up
    asked.deadline := null;
  end if;
  perform sluice_internal.check_schedule(asked);
  select m.* into strict migration from sluice_internal.migration m where m.name = new.migration for no key update;

  if tg_op = 'INSERT' then
    perform sluice_internal.require_state(migration, 'schedule', 'defined', 'cancelled');
    perform sluice_internal.make_lanes(migration);
    update sluice_internal.migration m
    set state = case when new.active then 'scheduled' else 'paused' end, state_reason = null,
      scheduled_at = new.scheduled_at, at_risk = false
    where m.migration_id = migration.migration_id;
  elsif new.active <> old.active then
    if new.active and migration.state = 'paused' then
      update sluice_internal.migration m
      set state = 'scheduled', state_reason = null
      where m.migration_id = migration.migration_id;
    elsif not new.active and migration.state in ('scheduled', 'running', 'verifying') then
      update sluice_internal.migration m
      set state = 'paused', state_reason = format('paused by %s', session_user)
      where m.migration_id = migration.migration_id;
    end if;
  end if;

  if tg_op = 'UPDATE' then
    update sluice_internal.lane l
    set due_at = clock_timestamp(), version = l.version + 1
    where l.lane_id in (
      select w.lane_id from sluice_internal.lane w
      where w.migration_id = migration.migration_id and w.state = 'active' and w.attempts = 0
        and w.due_at > clock_timestamp()
      for no key update skip locked);
    perform sluice_internal.wake_drivers(new.migration);
  end if;
  return null;
end
$$;

comment on function sluice_internal.obey_schedule() is
  'Makes every edit of sluice.schedule take effect from the next batch on.';

create or replace trigger obey_schedule
  after insert or update or delete on sluice.schedule
  for each row when (not sluice_internal.is_restoring()) execute function sluice_internal.obey_schedule();

create or replace function sluice_internal.order_locks()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  perform sluice_internal.lock_schedule(m.migration_id) from sluice_internal.migration m where m.name = new.migration;
  return new;
end
$$;

comment on function sluice_internal.order_locks() is
  'Locks the migration before its schedule is inserted, so that two sessions which insert it do not wait for each '
  'other.';

create or replace trigger order_locks
  before insert on sluice.schedule
  for each row when (not sluice_internal.is_restoring()) execute function sluice_internal.order_locks();

create or replace function sluice_internal.restamp_schedule()
returns trigger
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  new.scheduled_at := clock_timestamp();
  return new;
end
$$;

comment on function sluice_internal.restamp_schedule() is 'Counts the time until a new deadline from now.';

create or replace trigger restamp_schedule
  before update of deadline, starts_at on sluice.schedule
  for each row when (old.deadline is distinct from new.deadline or old.starts_at <> new.starts_at)
  execute function sluice_internal.restamp_schedule();
