-- sluice.is_resting(only_migration): whether a migration of the session's user goes on by itself after a short pause between two
-- batches: nothing holds it, no attempt has failed, and a lane is due within policy.poll_interval, or was a moment ago and others
-- have it.
-- Called when:  work(until_idle => true) found nothing that is due.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.is_resting(only_migration text)
returns boolean
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select exists (
    select
    from sluice.migration m
    join sluice.schedule s on s.migration = m.name
    join sluice.lane l on l.migration_id = m.migration_id
    cross join sluice.policy p
    where m.owner_id = (select sluice.role_id(session_user)) and m.state in ('scheduled', 'running', 'verifying') and m.handler is null
      and (only_migration is null or m.name = only_migration)
      and l.state = 'active' and l.attempts = 0
      and l.due_at between clock_timestamp() - interval '1 second' and clock_timestamp() + p.poll_interval
      and sluice.hold_reason(m.migration_id) is null)
$$;

comment on function sluice.is_resting(text) is
  'Whether a migration of the session''s user only rests for a moment between two batches.';
