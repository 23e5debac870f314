-- sluice.set_owner(name, role): hands a migration over to another author: batches run in sessions of that role from
-- now on, with its rights. For an owner that is gone, cannot log in, or is no author any more.
-- Called by: the owner of schema sluice.
-- Locks: all lanes, schedule and row of the migration, so it waits for batches that are running.
-- Writes: the migration's owner, its compiled functions, an event.
-- Raises: SL002; SL007 when the new owner is no author, or an administrator, and the caller no superuser; SL006 while a
--   capture trigger of another role is on the target; 42704 for an unknown role. The owner as it is is a no-op.

create or replace function sluice.set_owner(name text, role name, caller sluice_internal.caller default current_user)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
  new_id oid := sluice_internal.role_id(role);
  problem text;
  captured record;
begin
  if new_id is null then
    raise exception using
      errcode = 'undefined_object',
      message = format('role "%s" does not exist', role),
      hint = format('Name an author: select sluice.grant_author(''...''); makes one. Nothing was changed for "%s".',
        name);
  elsif not sluice.is_adopted() then
    raise exception using
      errcode = 'SL012',
      message = 'cannot change owners in a copy that is not adopted',
      hint = 'Adopt it first: select sluice.adopt();';
  elsif new_id = migration.owner_id then
    return;
  end if;
  if sluice_internal.is_administrator(new_id)
    and not (select r.rolsuper from pg_roles r where r.oid = sluice_internal.role_id(session_user)) then
    raise exception using
      errcode = 'SL007',
      message = format('cannot give migration "%s" to administrator "%s"', name, role),
      detail = 'Its batches would run the SQL of another author with all rights of that role.',
      hint = 'Give it to an author who has no such rights; or read the definition, and give it as a superuser.';
  end if;
  problem := (sluice_internal.owner_problem(new_id, role)).problem;
  if problem is not null then
    raise exception using
      errcode = 'SL007',
      message = format('cannot give migration "%s" to "%s"', name, role),
      detail = case problem
        when 'owner_cannot_log_in' then 'That role cannot log in, and batches run in sessions of the owner.'
        when 'owner_cannot_connect' then 'That role may not connect to this database.'
        else 'That role is not an author.'
      end,
      hint = case problem
        when 'owner_cannot_log_in' then format('alter role %I login;', role)
        when 'owner_cannot_connect' then format('grant connect on database %I to %I;', current_database(), role)
        else format('select sluice.grant_author(%L);', role)
      end;
  end if;
  select f.function, f.owner into captured
  from sluice_internal.capture_functions(migration.migration_id) as f where f.owner <> role limit 1;
  if found then
    raise exception using
      errcode = 'SL006',
      message = format('cannot give migration "%s" to "%s" while its capture trigger belongs to "%s"', name, role,
        captured.owner),
      detail = 'The trigger converts rows with the rights of the owner of its function.',
      hint = format('As a superuser: alter function %s owner to %I;', captured.function, role);
  end if;

  update sluice_internal.migration m set owner_id = new_id, owner = role where m.migration_id = migration.migration_id;
  if migration.cleaned_at is null then
    perform sluice_internal.grant_compiled(migration.migration_id,
      array(select c.function from sluice_internal.list_compiled() as c where c.migration_id = migration.migration_id));
  end if;
  perform sluice_internal.record_event(migration.migration_id, 'owner_set', format('%s gave it from %s to %s', caller,
    migration.owner, role),
    jsonb_build_object('from', migration.owner, 'to', role));
  perform sluice_internal.wake_drivers(name);
end
$$;

comment on function sluice.set_owner(text, name, sluice_internal.caller) is
  'Gives a migration to another author, who runs it from now on.';
