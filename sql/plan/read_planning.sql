-- sluice_internal.read_planning(name): what plan() needs of the control tables, for the migration's owner.
-- Guards are read as for a batch, and the readings forgotten again: a dry run leaves nothing.
-- Called when:  planning and previewing, in a session of the owner.
-- Locks, writes: nothing that stays.
-- Raises: SL002; SL007 when the session's user does not own it; SL013 on a standby.

create or replace function sluice_internal.read_planning(name text, caller sluice_internal.caller default current_user)
returns sluice_internal.planning
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice_internal.planning;
  migration sluice_internal.migration := sluice_internal.find_migration(name);
begin
  if caller is distinct from session_user or not sluice_internal.is_owner(migration, session_user) then
    raise exception using
      errcode = 'SL007',
      message = format('migration "%s" belongs to "%s"', migration.name, migration.owner),
      detail = format('Probes run its SQL with the rights of the session, which is logged in as "%s".', session_user),
      hint = format('Log in as "%s".', migration.owner);
  elsif pg_is_in_recovery() then
    raise exception using
      errcode = 'SL013',
      message = 'cannot probe a migration on a standby',
      hint = 'Connect to the primary, for example with target_session_attrs=read-write.';
  end if;

  planning.migration := migration;
  planning.policy := (select p from sluice.policy p);
  begin
    perform sluice_internal.read_guards(migration.target);
    planning.hold := sluice_internal.hold_reason(migration.migration_id);
    planning.guard_factor := sluice_internal.guard_factor(migration.target);
    raise exception using errcode = 'SL090', message = 'rolled back on purpose';
  exception when sqlstate 'SL090' then
    null;
  end;

  -- of all databases: a session computes anew what it may prune only when the oldest transaction of the server has
  -- changed
  select max(clock_timestamp() - a.xact_start) into planning.horizon_age
  from pg_stat_activity a
  where (a.backend_xmin is not null or a.backend_xid is not null) and a.pid <> pg_backend_pid()
    and a.backend_type in ('client backend', 'walsender');

  planning.compiled := migration.cleaned_at is null;

  select count(*), max(l.stripes) filter (where l.state in ('queued', 'active')),
    coalesce(bool_or(l.by_blocks) filter (where l.state in ('queued', 'active')), false),
    -- of all batches, not the last ones, which may have been small because somebody held locks
    sum(l.seconds_busy) / nullif(sum(l.rows_visited), 0)
  into planning.lanes, planning.stripes, planning.by_blocks, planning.seconds_per_row
  from sluice_internal.lane l
  where l.migration_id = migration.migration_id and l.act = 'change';
  if planning.lanes > 0 then
    select l.relation, case when not l.by_blocks then l.cursor end into planning.relation, planning.cursor
    from sluice_internal.lane l
    where l.migration_id = migration.migration_id and l.act = 'change' and l.state in ('queued', 'active')
    order by l.rows_estimated - l.rows_visited desc
    limit 1;
    select w.rows_left into planning.rows_left from sluice_internal.work_left(migration.migration_id) as w;
  end if;
  return planning;
end
$$;

comment on function sluice_internal.read_planning(text, sluice_internal.caller) is
  'Definition, policy, holds and past work of a migration, for its owner who plans it.';
