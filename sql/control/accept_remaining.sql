-- sluice.accept_remaining(name): a person declares that the rows which stay pending or quarantined are to stay so.
-- Called by: owners and operators, for a failed migration whose walk is complete.
-- Such a run is finished, but not verified; sluice.proof says by whose word, and how many rows. Returns that number.
-- Locks, writes: the migration's row; an event with the number of rows.
-- Raises: SL002, SL006, SL007; SL006 too while ranges were given up, which were never visited, or a walk is to begin
--   again or to go on.

create or replace function sluice.accept_remaining(name text, caller sluice_internal.caller default current_user)
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.lock_run(name, caller, lanes_too => true);
  rows_quarantined bigint;
  rows_staying bigint;
begin
  perform sluice_internal.require_state(migration, 'accept the rest of', 'failed');
  if exists (
    select from sluice_internal.lane l
    where l.migration_id = migration.migration_id
      and (l.act = 'change' and l.state <> 'done' or l.is_outdated or l.is_gone
        and sluice_internal.is_leaf_of(l.relation, migration.target))
  ) or btrim(lower(migration.pending)) <> 'true'
    and exists (select from sluice_internal.attached_relations(migration.migration_id))
  then
    raise exception using
      errcode = 'SL006',
      message = format('cannot accept the rest of migration "%s": some ranges were never walked', name),
      hint = format('Try them again first: select sluice.retry(%L);', name);
  end if;

  select coalesce(sum(q.rows), 0) into rows_quarantined from sluice_internal.quarantine q
  where q.migration_id = migration.migration_id;
  select coalesce(sum(l.rows_staying), 0) + coalesce(sum((l.proof).rows_pending), 0) into rows_staying
  from sluice_internal.lane l
  where l.migration_id = migration.migration_id;
  perform sluice_internal.record_event(migration.migration_id, 'accepted',
    format('%s accepts that rows stay as they are: %s', session_user, migration.state_reason),
    jsonb_build_object('rows_quarantined', rows_quarantined, 'rows_pending', rows_staying),
    format('%s accepts that rows stay as they are: %s of them', session_user, rows_quarantined + rows_staying));
  delete from sluice_internal.lane l where l.migration_id = migration.migration_id and l.act in ('sweep', 'prove')
    and l.state <> 'done';
  update sluice_internal.migration m
  set rows_accepted = rows_quarantined + rows_staying, accepted_at = clock_timestamp()
  where m.migration_id = migration.migration_id;
  perform sluice_internal.finish_migration(migration.migration_id, format('the rest was accepted by %s', session_user));
  return rows_quarantined + rows_staying;
end
$$;

comment on function sluice.accept_remaining(text, sluice_internal.caller) is
  'Finishes a failed migration although rows stay pending or quarantined, by somebody''s explicit word; returns how '
  'many.';
