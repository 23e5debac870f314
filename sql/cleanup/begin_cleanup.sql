-- sluice_internal.begin_cleanup(name): lets a migration run at once and without pauses, from whatever state it is in.
-- Failed ranges and quarantined rows are tried again; lost lanes, functions and schedules are made again. What is
-- finished is verified again where its capture trigger did not stay what it was, or where tables became part of its
-- target since. It hurries for a few seconds, which cleanup_state() puts off as long as there is somebody who cleans
-- up: who breaks a cleanup off, or loses its session, has the pace and the guards back.
-- Called when:  cleanup begins, in a session of the owner.
-- Locks, writes: the migration's lanes (waits for the batches in hand), its row, its schedule.
-- Raises: SL002, SL007; SL012 in a copied database. Returns the state in which the migration is now.

create or replace function sluice_internal.begin_cleanup(name text, caller sluice_internal.caller default current_user)
returns text
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
begin
  if not sluice.is_adopted() then
    raise exception using
      errcode = 'SL012',
      message = format('cannot clean up migration "%s": this database is a copy', name),
      detail = 'It was restored from a dump, or made from another database.',
      hint = format('If it is to run migrations, as "%s", who owns schema sluice: select sluice.adopt();',
        (select pg_get_userbyid(n.nspowner) from pg_namespace n where n.nspname = 'sluice'));
  elsif migration.state = 'finished' then
    if migration.cleaned_at is not null or migration.accepted_at is not null
      or num_nonnulls(nullif(migration.on_finish_done, 0), migration.on_finish_begun) > 0
    then
      return migration.state;
    -- the owner may have removed it already
    elsif migration.capture and exists (select from sluice_internal.capture_functions(migration.migration_id))
      and not sluice_internal.is_captured(migration)
    then
      perform sluice_internal.renew_capture(migration);
    elsif not sluice_internal.verify_attached(migration) then
      return migration.state;
    end if;
  end if;

  perform sluice_internal.compile_migration(migration.migration_id);
  perform sluice_internal.reopen_failed(migration);
  insert into sluice.schedule (migration, immediately) values (name, true)
  on conflict on constraint schedule_pkey do update set active = true, starts_at = least(schedule.starts_at, now());
  select m.* into migration from sluice_internal.migration m where m.migration_id = migration.migration_id;
  perform sluice_internal.make_lanes(migration);
  update sluice_internal.migration m
  set hurried_until = clock_timestamp() + sluice_internal.cleanup_lease()
  where m.migration_id = migration.migration_id
  returning * into migration;
  update sluice_internal.lane l
  set due_at = clock_timestamp(), version = l.version + 1
  where l.migration_id = migration.migration_id and l.state = 'active' and l.due_at > clock_timestamp();
  perform sluice_internal.wake_drivers(name);
  return migration.state;
end
$$;

comment on function sluice_internal.begin_cleanup(text, sluice_internal.caller) is
  'Makes a migration run at once, without pauses or windows, from any state.';
