-- sluice_internal.check_work(only_migration): tells whoever calls work() when there is nothing that this session could
-- run, and why.
-- Called when:  work() begins.
-- Locks, writes: nothing.
-- Raises: SL002 for an unknown name; else at most a notice, because work may be scheduled meanwhile.

create or replace function sluice_internal.check_work(only_migration text)
returns void
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  others text;
  waits_for text;
  remedy text;
begin
  if only_migration is not null then
    perform sluice_internal.find_migration(only_migration);
  end if;
  if current_setting('transaction_read_only') = 'on' then
    select r.reason, r.advice into waits_for, remedy
    from sluice_internal.read_only_reason(sluice_internal.role_id(session_user)) as r;
    raise notice using
      message = format('work waits for %s', coalesce(waits_for, 'this session to take writes: '
        'default_transaction_read_only is on')),
      hint = coalesce(remedy, 'set default_transaction_read_only = off;');
  end if;
  if not sluice.is_adopted() then
    raise notice using
      message = 'this database is a copy that was not adopted, and runs no migrations',
      hint = format('If it is to run them, as "%s", who owns schema sluice: select sluice.adopt();',
        sluice_internal.schema_owner());
    return;
  elsif exists (
    select from sluice_internal.migration m
    where sluice_internal.is_owner(m, session_user) and m.state in ('scheduled', 'running', 'verifying')
      and (only_migration is null or m.name = only_migration))
  then
    return;
  end if;

  select string_agg(format('"%s" of "%s"', m.name, sluice_internal.owner_name(m.owner_id, m.owner)), ', '
    order by m.name) into others
  from sluice_internal.migration m
  where not sluice_internal.is_owner(m, session_user) and m.state in ('scheduled', 'running', 'verifying')
    and (only_migration is null or m.name = only_migration);
  raise notice using
    message = case
      when only_migration is null then format('nothing of "%s" is scheduled', session_user)
      else format('migration "%s" is not one that "%s" has scheduled', only_migration, session_user)
    end,
    detail = case
      when others is null then 'What is scheduled meanwhile is run until the time is over; with until_idle => true, '
        'the call ends.'
      else format('Scheduled by others: %s. Batches run in sessions that are logged in as the migration''s owner.',
        others)
    end,
    hint = case when others is null then 'select name, state, waiting_for from sluice.progress; lists all.'
      else 'Log in as the owner.' end;
end
$$;

comment on function sluice_internal.check_work(text) is
  'A notice when nothing is scheduled that this session could run; raises SL002 for an unknown migration.';
