-- sluice_internal.next_on_finish(name): the next statement that cleanup is to run, its position, and whether it was
-- begun outside of a transaction before; no row when all are done.
-- Called when:  cleaning up, after verification.
-- Locks, writes: nothing.
-- Raises: SL002; SL007 when the session's user does not own the migration; SL020 when a table became part of the target
--   after the end of the run, and no statement was executed so far.

create or replace function sluice_internal.next_on_finish(name text, out "position" integer, out statement text,
  out begun boolean)
returns setof record
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.find_migration(name);
  attached regclass;
begin
  if not sluice_internal.is_owner(migration, session_user) then
    raise exception using
      errcode = 'SL007',
      message = format('migration "%s" belongs to "%s"', name, migration.owner),
      hint = format('Log in as "%s".', migration.owner);
  end if;
  if migration.state = 'finished' and migration.on_finish_done < cardinality(migration.on_finish) then
    select a.relation into attached from sluice_internal.attached_relations(migration.migration_id) as a limit 1;
    if found and migration.accepted_at is null and btrim(lower(migration.pending)) <> 'true'
      and num_nonnulls(nullif(migration.on_finish_done, 0), migration.on_finish_begun) = 0
    then
      raise exception using
        errcode = 'SL020',
        message = format('migration "%s" is not verified: %s became part of the target after the end of the run', name,
          attached),
        detail = 'No statement of on_finish was executed.',
        hint = format('Verify it, too: call sluice.cleanup(%L);', name);
    end if;
    "position" := migration.on_finish_done + 1;
    statement := migration.on_finish["position"];
    begun := migration.on_finish_begun is not null;
    return next;
  end if;
end
$$;

comment on function sluice_internal.next_on_finish(text) is
  'The next on_finish statement of a finished migration, its position, and whether it was begun before.';
