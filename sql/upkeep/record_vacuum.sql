-- sluice_internal.record_vacuum(migration_id, relation, problem): writes down how a vacuum ended, and lets others
-- vacuum.
-- Called when:  the statement of next_vacuum() ended, in the same session, or in another where that one is gone. A
--   record that comes too
-- late, when another session vacuums that relation, does nothing.
-- Where half of the rows that waited, or more, are still there, the problem says what may see them.
-- Locks: the row.  Writes: the session's idle_session_timeout; sluice_internal.upkeep; as xmin_holders; an event for
--   the first vacuum, for a full one, and for each new problem.
-- Raises: SL007 for a foreign migration.

create or replace function sluice_internal.record_vacuum(
  migration_id bigint, relation regclass, problem text default null, caller sluice_internal.caller default current_user
)
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  before sluice_internal.upkeep;
  rows_kept bigint;
begin
  if caller is distinct from session_user or not exists (
    select from sluice_internal.migration m
    where m.migration_id = record_vacuum.migration_id and sluice_internal.is_owner(m, session_user))
  then
    raise exception using
      errcode = 'SL007',
      message = format('cannot record a vacuum of migration %s as "%s"', migration_id, caller),
      hint = 'Log in as the migration''s owner.';
  end if;

  perform set_config('idle_session_timeout', '0', false), set_config('synchronous_commit', 'off', true);
  select u.* into before from sluice_internal.upkeep u
  where u.migration_id = record_vacuum.migration_id and u.relation = record_vacuum.relation
  for no key update;
  if not found or before.ended_at is null and before.pid <> pg_backend_pid() and exists (
    select from sluice_internal.vacuum_turns(sluice_internal.role_id(session_user)) as t where t.pid = before.pid)
  then
    return;
  end if;
  if problem is null and current_setting('track_counts')::boolean
    and coalesce(pg_stat_get_last_vacuum_time(relation), '-infinity') < before.began_at
  then
    problem := 'skipped, because another session held a lock on it';
  end if;
  if problem is null and current_setting('track_counts')::boolean then
    rows_kept := pg_stat_get_dead_tuples(relation);
    if rows_kept < before.rows_due / 2.0 then
      rows_kept := null;
    end if;
  end if;
  update sluice_internal.upkeep u
  set ended_at = clock_timestamp(),
    problem = case
      when rows_kept is null then record_vacuum.problem
      else format('%s dead rows stay, because %s may still see them', rows_kept, coalesce(
        (select h.holder from sluice_internal.xmin_holders() as h order by h.began_at limit 1),
        'a transaction, a standby or a slot'))
    end,
    in_vain = case when rows_kept is not null then before.in_vain + 1 when record_vacuum.problem is null then 0
      else before.in_vain end,
    last_seconds = extract(epoch from clock_timestamp() - before.began_at),
    seconds = before.seconds + extract(epoch from clock_timestamp() - before.began_at),
    vacuums = before.vacuums + case when record_vacuum.problem is null then 1 else 0 end
  where u.migration_id = before.migration_id and u.relation = before.relation;

  if problem is not null then
    perform sluice_internal.record_event(before.migration_id, 'not_vacuumed',
      format('vacuum of %s: %s', relation, problem));
  elsif before.vacuums = 0 or before.kind = 'full' then
    perform sluice_internal.record_event(before.migration_id, 'vacuumed',
      format('%s was vacuumed, %s', relation, case before.kind when 'full' then 'indexes too'
        else 'so that the walk reuses its space' end),
      jsonb_build_object('vacuums', before.vacuums + 1, 'seconds',
        extract(epoch from clock_timestamp() - before.began_at)));
  end if;
end
$$;

comment on function sluice_internal.record_vacuum(bigint, regclass, text, sluice_internal.caller) is
  'Writes down how a vacuum of next_vacuum() ended, and lets others vacuum.';
