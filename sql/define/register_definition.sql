-- sluice_internal.register_definition(migration): writes a checked definition and compiles it.
-- Owner and name of the target are written as they are whatever the argument says, so all it can do is lie about its
-- own migration.
-- Called when:  define() has checked everything.
-- Returns false when another session took the name meanwhile: then nothing was written.
-- Locks: the new row; waits at most ten seconds for a session that is about to define the same name.
-- Writes: sluice_internal.migration, sluice_internal.event, compiled functions.
-- Raises: SL007 when the caller is not the session's user; SL002 for an unknown name in after; 55P03 when another
--   session does not end its transaction; SL001 for a check that the row violates, and for migrations that would wait
--   for each other.

create or replace function sluice_internal.register_definition(definition sluice_internal.migration,
  caller sluice_internal.caller default current_user)
returns boolean
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set quote_all_identifiers to off
as $$
declare
  lock_timeout constant text := current_setting('lock_timeout');
  new_id bigint;
  unknown_name text;
  failed_constraint text;
  failed_column text;
  argument text;
begin
  if caller is distinct from session_user then
    raise exception using
      errcode = 'SL007',
      message = format('cannot define a migration as "%s" in a session of "%s"', caller, session_user),
      detail = 'Batches run in sessions logged in as the migration''s owner, never by SET ROLE.',
      hint = 'RESET ROLE, or log in as the role that is to own the migration.';
  end if;

  select u.name into unknown_name
  from unnest(definition.after) as u (name)
  where not exists (select from sluice_internal.migration m where m.name = u.name)
  limit 1;
  if found then
    raise exception using
      errcode = 'SL002',
      message = format('migration "%s" cannot run after "%s": there is no such migration', definition.name,
        unknown_name),
      hint = 'Define that one first.';
  end if;

  if definition.name in (
    with recursive earlier as (
      select a.name from unnest(definition.after) as a (name)
      union
      select a.name from earlier e join sluice_internal.migration m on m.name = e.name
      cross join unnest(m.after) as a (name))
    select e.name from earlier e)
  then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" cannot run after "%s", which runs after it', definition.name,
        array_to_string(definition.after, '", "')),
      hint = 'Leave one of them out of after.';
  end if;

  begin
    if lock_timeout = '0' or lock_timeout::interval > '10 seconds' then
      perform set_config('lock_timeout', '10s', true);
    end if;
    insert into sluice_internal.migration (
      name, owner, owner_id, target, kind, pending, changes, source, match, scoped, handler, key_columns, key_types,
      assigned_columns, function_parts, walk, capture, proof, after, on_finish, batch_time, min_batch, max_batch,
      max_attempts, max_failed,
      search_path, settings, definition)
    values (
      definition.name, session_user, sluice_internal.role_id(session_user), definition.target, definition.kind,
      definition.pending, definition.changes,
      definition.source, definition.match, definition.scoped, definition.handler, definition.key_columns,
      definition.key_types, definition.assigned_columns, definition.function_parts, definition.walk, definition.capture,
      definition.proof, definition.after,
      definition.on_finish,
      definition.batch_time, definition.min_batch, definition.max_batch, definition.max_attempts, definition.max_failed,
      definition.search_path, definition.settings,
      -- views look it up for others
      definition.definition || jsonb_build_object('target', definition.target::text))
    on conflict on constraint migration_name_is_unique do nothing
    returning migration_id into new_id;
    perform set_config('lock_timeout', lock_timeout, true);
    if new_id is null then
      return false;
    end if;
  exception
    when lock_not_available then
      raise exception using
        errcode = 'lock_not_available',
        message = format('could not define migration "%s": another session defines one of that name', definition.name),
        detail = format('Transactions that write definitions: %s.',
          sluice_internal.holders_of('sluice_internal.migration', '{AccessShareLock,RowShareLock}')),
        hint = 'Define it again when that transaction has ended; or choose another name.';
    when check_violation or not_null_violation then
      get stacked diagnostics failed_constraint = constraint_name, failed_column = column_name;
      argument := coalesce(
        nullif(failed_column, ''), substring(failed_constraint,
          '^(walk|proof|batch_time|min_batch|max_batch|max_attempts|max_failed)'));
      raise exception using
        errcode = 'SL001',
        message = format('migration "%s", %s: %s', definition.name, coalesce(argument, 'an argument'),
          case when failed_column <> '' then 'cannot be null'
          else format('%s violates "%s"', coalesce(definition.definition ->> argument, 'a value'),
            failed_constraint) end),
        hint = case
          when argument = 'walk' then 'Give auto, key, blocks or striped.'
          when argument = 'proof' then 'Give snapshot, for one query over the whole table, or ranges.'
          when argument = 'max_failed' then 'Give a share of the rows, from 0 to 1.'
          when argument = 'max_batch' then 'Give a positive number of rows, not less than min_batch.'
          when argument = 'batch_time' then 'Give an interval from 1 ms to 1 day.'
          when argument in ('min_batch', 'max_attempts') then 'Give a positive value.'
          else 'Correct it, or leave it out for the default.'
        end;
  end;
  perform sluice_internal.compile_migration(new_id);
  return true;
end
$$;

comment on function sluice_internal.register_definition(sluice_internal.migration, sluice_internal.caller) is
  'Writes a checked definition, owned by the session''s user, and compiles it.';
