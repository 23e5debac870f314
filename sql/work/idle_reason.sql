-- sluice_internal.idle_reason(only_migration, ends_at): why work(until_idle) ends now although migrations of the
-- session's user are not finished. Empty when nothing is left. Null while one goes on by itself: a lane is due within
-- policy.poll_interval, or is run by other sessions; or a lane that failed is due before the call ends.
-- Called when:  work(until_idle => true) found nothing that is due, and when its time is over.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.idle_reason(only_migration text, ends_at timestamptz)
returns text
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  known record;
  reasons text[] := array[]::text[];
begin
  for known in
    select m.name, m.migration_id, m.handler, m.state, sluice_internal.hold_reason(m.migration_id) as held_by,
      o.retry_at, l.*
    from sluice_internal.migration m
    join sluice.schedule s on s.migration = m.name
    cross join sluice.policy p
    left join sluice_internal.outage o on o.migration_id = m.migration_id
    cross join lateral (
      select min(l.due_at) filter (where l.attempts = 0) as due_at,
      min(l.due_at) filter (where l.attempts > 0) as retried_at,
        (array_agg(l.error_message order by l.failed_at desc) filter (where l.attempts > 0))[1] as error,
        min(l.due_at) filter (where l.attempts = 0) <= clock_timestamp() + p.poll_interval as is_resting
      from sluice_internal.lane l
      where l.migration_id = m.migration_id and l.state = 'active') as l
    where m.owner_id = (select sluice_internal.role_id(session_user))
      and m.state in ('scheduled', 'running', 'verifying')
      and (only_migration is null or m.name = only_migration)
    order by m.name
  loop
    if known.retry_at > clock_timestamp() and known.retry_at < ends_at then
      return null;
    elsif known.held_by is not null then
      reasons := reasons || format('"%s" waits for %s', known.name, known.held_by);
    elsif known.handler is not null then
      reasons := reasons || format('"%s" waits for a driver with the handler %s', known.name, known.handler);
    elsif current_setting('transaction_read_only') = 'on' then
      reasons := reasons || format('"%s" waits for the database to take writes', known.name);
    elsif ends_at > clock_timestamp() and (known.is_resting or known.retried_at < ends_at) then
      return null;
    else
      reasons := reasons || case
        when known.due_at is null and known.retried_at is not null
          then format('"%s" waits for its next attempt at %s: %s', known.name, known.retried_at, known.error)
        when known.due_at > clock_timestamp() then format('"%s" pauses until %s', known.name, known.due_at)
        else format('"%s" is %s', known.name, known.state)
      end;
    end if;
  end loop;
  return array_to_string(reasons, '; ');
end
$$;

comment on function sluice_internal.idle_reason(text, timestamptz) is
  'Why a call of work(until_idle) ends before the end of its migrations; empty when nothing is left, null when it '
  'goes on.';
