-- sluice_internal.keep_house(): what must be done now and then. Of all migrations: prunes history that is older than
-- policy.history_kept_for, a few thousand rows a call, and drops compiled functions that no migration needs any more.
-- Of those of the session's user, or of all where that is the owner of schema sluice: announces deadlines, finds
-- partitions that were attached and keys whose index is gone (keep_migration), and writes down the present names of
-- owners. So a transaction that stays open after it holds no row that the migrations of others need.
-- Called when:  the driver and work() have time, about every ten seconds; by authors as often as they like.
-- Locks: rows that change, skipping those that others hold: nobody waits for it, and it waits for nobody.
-- Writes: sluice_internal.batch, sluice_internal.event, sluice_internal.guard_reading, sluice_internal.migration.owner;
--   as keep_migration.
-- Raises: nothing: an error of one migration, or of what is done for all, becomes the event maintenance_failed, once
--   for each SQLSTATE, and the others have their turn. Returns how many rows of history, and functions, it removed:
--   more than zero means that there may be more.

create or replace function sluice_internal.keep_house()
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  rows_a_call constant integer := 5000;
  own_role constant oid := sluice_internal.role_id(session_user);
  keeps_all constant boolean := pg_has_role(session_user, sluice_internal.schema_owner(), 'usage');
  kept_since timestamptz;
  pruned bigint := 0;
  pruned_here bigint;
  kept_ids bigint[];
  with_deadline bigint[];
  kept_id bigint;
  expected_at timestamptz;
begin
  if pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' then
    return 0;
  end if;
  -- what is lost is done again; and maintenance waits for no standby
  perform set_config('synchronous_commit', 'off', true);
  begin
    select clock_timestamp() - p.history_kept_for into kept_since from sluice.policy p;

    -- ids grow with time, so that the oldest rows are the first: no index on time, and no scan of what is kept
    delete from sluice_internal.batch b
    where b.batch_id in (
      select o.batch_id from sluice_internal.batch o
      where o.batch_id <= (
          select max(f.batch_id) from (select f.batch_id from sluice_internal.batch f
            order by f.batch_id limit rows_a_call) as f)
        and o.finished_at < kept_since
      for update skip locked);
    get diagnostics pruned = row_count;
    delete from sluice_internal.event e
    where e.event_id in (
      select o.event_id from sluice_internal.event o
      where o.event_id <= (
          select max(f.event_id) from (select f.event_id from sluice_internal.event f
            order by f.event_id limit rows_a_call) as f)
        and o.happened_at < kept_since
      for update skip locked);
    get diagnostics pruned_here = row_count;
    pruned := pruned + pruned_here;
    pruned := pruned + sluice_internal.drop_compiled();
    delete from sluice_internal.guard_reading r
    where (r.guard, r.target, r.reader) in (
      select o.guard, o.target, o.reader from sluice_internal.guard_reading o
      where o.read_at < clock_timestamp() - interval '1 day'
      for update skip locked);

    -- a dump names owners, and adopt() finds them by these names
    update sluice_internal.migration m
    set owner = r.rolname
    from pg_roles r
    where r.oid = m.owner_id and r.rolname <> m.owner and sluice.is_adopted()
      and m.migration_id in (
        select k.migration_id from sluice_internal.migration k
        where sluice_internal.owner_name(k.owner_id, k.owner) <> k.owner and (keeps_all or k.owner_id = own_role)
        for no key update skip locked);
  exception when others then
    pruned := 0;
    perform sluice_internal.fail_maintenance(null, sqlstate, sqlerrm);
  end;

  kept_ids := array(
    select m.migration_id from sluice_internal.migration m
    where m.state in ('scheduled', 'running', 'verifying') and (keeps_all or m.owner_id = own_role));
  with_deadline := array(
    select m.migration_id from sluice_internal.migration m
    join sluice.schedule s on s.migration = m.name and s.deadline is not null
    where m.migration_id = any (kept_ids));
  for kept_id, expected_at in
    select k.id, f.expected
    from unnest(kept_ids) as k (id)
    left join sluice.forecasts(with_deadline) as f on f.migration_id = k.id
    order by k.id
  loop
    begin
      perform sluice_internal.keep_migration(kept_id, expected_at);
    exception when others then
      perform sluice_internal.fail_maintenance(kept_id, sqlstate, sqlerrm);
    end;
  end loop;
  return pruned;
end
$$;

comment on function sluice_internal.keep_house() is
  'Prunes old history in small steps, and runs maintenance of the caller''s migrations; returns how many rows were '
  'pruned.';
