-- sluice_internal.claim(only_migration, handlers): the most urgent lane that this session's user may run now, locked;
-- or how long to wait, and why. Once a second it reads the guards instead and says to ask again: what they say counts
-- at once, and for all sessions of the role, as soon as that transaction has ended.
-- While the database or the session is read-only, an operator's switch, it waits, with that for a reason.
-- Called when:  a worker begins a transaction. The lock on the lane's row is the lease: it ends with the transaction.
-- Candidates are asked one after the other, the most urgent first, whether they may go on, until one does: what a claim
-- costs does not grow with the migrations that are less urgent.
-- Locks: one lane, FOR UPDATE, skipping those that others hold; after an error of the whole server, the migration's row
--   of sluice_internal.outage likewise, so that one lane at a time tries again.
-- Writes: the migration's state when its first lane is claimed or its last one is done. Sets, for the transaction,
--   lock_timeout, statement_timeout, synchronous_commit and application_name.
-- Raises: SL007 after SET ROLE; SL013 on a standby; 25001 in a transaction that is not READ COMMITTED: its snapshot may
--   be older than a rewrite of the table, which it would see as empty.

create or replace function sluice_internal.claim(
  only_migration text default null,
  handlers text[] default '{}',
  caller sluice_internal.caller default current_user
)
returns sluice_internal.lane_claim
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  answer sluice_internal.lane_claim;
  chosen record;
begin
  if pg_is_in_recovery() then
    raise exception using
      errcode = 'SL013',
      message = 'cannot run migrations on a standby',
      hint = 'Connect to the primary, for example with target_session_attrs=read-write.';
  elsif caller is distinct from session_user then
    raise exception using
      errcode = 'SL007',
      message = format('cannot run migrations as "%s" in a session of "%s"', caller, session_user),
      detail = 'Batches run in sessions logged in as the migration''s owner, never by SET ROLE.',
      hint = 'RESET ROLE, or log in as the owner.';
  elsif current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception using
      errcode = 'active_sql_transaction',
      message = format('cannot run a batch in a %s transaction', current_setting('transaction_isolation')),
      detail = 'Its snapshot may be older than a rewrite of the table, which it would see as empty.',
      hint = 'Run it in a READ COMMITTED transaction: begin isolation level read committed; or call sluice.work(...);';
  elsif current_setting('transaction_read_only') = 'on' or current_setting('default_transaction_read_only') = 'on' then
    select extract(epoch from p.poll_interval) into answer.wait_seconds from sluice.policy p;
    answer.reason := coalesce((sluice_internal.read_only_reason(sluice_internal.role_id(session_user))).reason,
      'this session to take writes: default_transaction_read_only is on');
    return answer;
  end if;

  select c.*, l.announced_by into chosen
  from (
    select d.lane_id, d.version, d.act, d.careful, m.migration_id, m.name, m.state, m.target, m.handler,
      m.hurried_until > clock_timestamp() or s.immediately as unguarded, p.lock_timeout,
      case when d.act = 'prove' then p.proof_time else p.statement_timeout end as statement_timeout,
      o.migration_id is not null as is_outage
    from sluice_internal.migration m
    join sluice.schedule s on s.migration = m.name
    join sluice_internal.lane d on d.migration_id = m.migration_id
    cross join sluice.policy p
    left join sluice_internal.outage o on o.migration_id = m.migration_id
    where m.owner_id = (select sluice_internal.role_id(session_user))
      and m.state in ('scheduled', 'running', 'verifying')
      and (only_migration is null or m.name = only_migration)
      and (m.handler is null or m.handler = any (handlers))
      and d.state = 'active'
      and d.due_at <= clock_timestamp()
    order by s.priority desc, d.due_at
    offset 0) as c
  cross join lateral (
    select l.announced_by from sluice_internal.lane l
    where l.lane_id = c.lane_id and l.version = c.version and l.state = 'active'
    for update skip locked) as l
  where sluice_internal.hold_reason(c.migration_id) is null
    and (not c.is_outage or exists (
      select from sluice_internal.outage o
      where o.migration_id = c.migration_id and o.retry_at <= clock_timestamp()
      for update skip locked))
  limit 1;

  if not found then
    return sluice_internal.claim_later(only_migration, handlers);
  end if;
  -- before the guards are read: no reading waits for a standby
  perform set_config('synchronous_commit', 'off', true),
    set_config('lock_timeout', (extract(epoch from chosen.lock_timeout) * 1000)::integer::text, true);

  if chosen.announced_by <> pg_backend_pid() then
    -- asked only then: a look at all sessions costs, and is remembered until the end of the transaction
    if not exists (select from pg_stat_get_activity(chosen.announced_by)) then
      perform sluice_internal.fail(chosen.lane_id, chosen.version, '25P04',
        'the session that ran the last batch of this range ended in it',
        hint => 'transaction_timeout ends a session whose transaction takes longer; give batches more, or lift it for '
          'this role.',
        caller => caller);
      answer.wait_seconds := 0;
      answer.reason := 'a batch that ended its session was recorded';
      return answer;
    end if;
  end if;

  if not chosen.unguarded and sluice_internal.read_guards(chosen.target) then
    answer.wait_seconds := 0;
    answer.reason := 'the guards were read, and are to be obeyed';
    return answer;
  end if;
  perform set_config('application_name', format('sluice %s lane %s', left(chosen.name, 36), chosen.lane_id), true),
    case
      -- inside a CALL it would not be armed, and hide the one that is
      when now() <= statement_timestamp()
        then set_config('statement_timeout', (extract(epoch from chosen.statement_timeout) * 1000)::integer::text, true)
    end;
  if chosen.state = 'scheduled' then
    perform sluice_internal.begin_run(chosen.migration_id);
  end if;

  answer.lane_id := chosen.lane_id;
  answer.version := chosen.version;
  answer.migration := chosen.name;
  answer.act := chosen.act;
  answer.handler := chosen.handler;
  answer.careful := chosen.careful is not null;
  return answer;
end
$$;

comment on function sluice_internal.claim(text, text[], sluice_internal.caller) is
  'Locks and returns the most urgent lane that the session''s user may run, or says how long to wait and why.';
