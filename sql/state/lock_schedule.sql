-- sluice_internal.lock_schedule(migration_id, lanes_too): locks a migration's lanes, where they are wanted, then its
-- schedule, then its own row. This is the one order for all: each session takes locks in it, or skips what is locked,
-- so that nothing deadlocks; and batches in progress end first. A schedule, or a lane, that another session adds
-- meanwhile is seen only once the migration's row is locked. To wait for it then would be the wrong order; so all locks
-- are released, and taken again.
-- Called when:  a control verb begins, Sluice pauses a migration, or a schedule is inserted. Internal: runs with its
--   caller's rights.
-- Locks: as said; all are held to the end of the transaction.  Writes: nothing.
-- Raises: nothing. Of a migration that is gone nothing is locked.

create or replace function sluice_internal.lock_schedule(migration_id bigint, lanes_too boolean default false)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  lanes_locked bigint;
  schedules_locked bigint;
  complete boolean := false;
begin
  while not complete loop
    begin
      select count(*) into lanes_locked
      from (
        select from sluice_internal.lane l
        where l.migration_id = lock_schedule.migration_id and lanes_too
        order by l.lane_id
        for update) as locked;
      select count(*) into schedules_locked
      from (
        select from sluice.schedule s
        where s.migration = (select m.name from sluice_internal.migration m
          where m.migration_id = lock_schedule.migration_id)
        for update) as locked;
      perform from sluice_internal.migration m where m.migration_id = lock_schedule.migration_id for no key update;

      select count(s.migration) = schedules_locked and (not lanes_too or lanes_locked = (
          select count(*) from sluice_internal.lane l where l.migration_id = lock_schedule.migration_id))
      into complete
      from sluice_internal.migration m
      left join sluice.schedule s on s.migration = m.name
      where m.migration_id = lock_schedule.migration_id;
      if not complete then
        raise exception using errcode = 'SL090', message = 'locks taken in the wrong order', hint = 'Report this.';
      end if;
    exception when sqlstate 'SL090' then
      null;
    end;
  end loop;
end
$$;

comment on function sluice_internal.lock_schedule(bigint, boolean) is
  'Locks a migration''s lanes, schedule and row in the order that all sessions keep.';
