-- View sluice.stuck: what needs a person, or keeps a migration waiting, with the SQL that helps. Empty when all is
-- well.
--
--   failed            the run ended; mend the cause, then retry, or accept what remains
--   paused            Sluice itself paused it, because its definition does not fit the tables any more
--   range_failed      a range was given up after max_attempts
--   quarantined       rows were put aside
--   batch_takes_long  a batch runs longer than policy.statement_timeout, which work() cannot arm
--   backing_off       a range keeps failing and waits ever longer between attempts
--   range_fails       only some ranges meet an error of the server, for more than 5 minutes: the migration waits for it
--                     each time
--   deadline_at_risk  the forecast lies behind the deadline
--   cleanup_failed    a statement of on_finish raised the last time it was tried
--   cleanup_waits     a statement of on_finish, or the removal of the capture trigger, has not got its lock so far
--   capture_left      the trigger of a run that ended otherwise than by cleanup is still there
--   capture_lost      the trigger of a finished run did not stay what was installed; there was no cleanup so far
--   capture_exposed   others may create objects in a schema of the search path of a capture trigger, which runs as its
--                     author
--   relation_attached  a table became part of the target of a finished run; there was no cleanup so far
--   not_adopted       this database is a restored copy
--   owner_gone        its role does not exist any more, so no session can run it; set_owner() gives it to another
--   owner_cannot_log_in, owner_cannot_connect, owner_not_author  its role may not log in, or connect, or is no author
--   any more
--   vacuum_held       vacuum is due, and the session whose turn it is does not vacuum
--   guard_unread      a guard of a table at work cannot be read
--   waits             for another migration that nobody runs, a window, a guard, a handler, a worker; not for its
--                     start, or for a migration on its way, which come by themselves
--
-- Where the last error has a hint, or is a lock that was not to be had, the advice begins with that hint, or who holds
-- locks now.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.stuck as
with seen as materialized (
  select * from sluice.progress p where p.state in ('scheduled', 'running', 'verifying', 'paused', 'failed')
)
select p.name, p.owner, s.problem, s.since, s.detail, s.advice
from seen p
join sluice_internal.migration m on m.migration_id = p.migration_id
cross join lateral (
  select
    pg_catalog.count(*) as failed,
    pg_catalog.min(l.failed_at) as failed_at,
    pg_catalog.max(l.lane_id) as lane_id
  from sluice_internal.lane l
  where l.migration_id = m.migration_id and l.state = 'failed') as given_up
cross join lateral (
  select sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user) as may_read,
    coalesce((select pg_catalog.max(l.last_batch_at) from sluice_internal.lane l where l.migration_id = m.migration_id),
      m.scheduled_at)
      as no_batch_since) as r
left join lateral (
  select l.error_sqlstate, l.error_hint, l.relation, l.attempts
  from sluice_internal.lane l
  where l.migration_id = m.migration_id and l.failed_at = p.last_error_at
  limit 1) as e on true
cross join lateral (
  select case
    when e.error_sqlstate = '55P03' and e.attempts > 0 then pg_catalog.format(
      'Locks on %s are held by %s: %s', e.relation, sluice_internal.holders_of(e.relation, '{AccessShareLock}'),
      sluice_internal.lock_advice(e.relation, '{AccessShareLock}'))
    when r.may_read then nullif(e.error_hint, '')
  end as hint) as c
left join lateral sluice_internal.holding_guard(m.target) as held on p.waiting_for is not null
cross join lateral sluice_internal.read_only_reason(m.owner_id) as ro
cross join lateral (
  select 'failed' as problem, p.last_error_at as since, p.waiting_for as detail,
    case
      when p.waiting_for like '%(SL021)%' then pg_catalog.format(
        'Leave them as they are: select sluice.accept_remaining(%1$L); or cancel, forget and define it anew, since '
        '%2$s.',
        p.name, sluice_internal.pending_advice(m, (
          select pg_catalog.sum(l.rows_changed_before) = 0 from sluice_internal.lane l
          where l.migration_id = m.migration_id and l.rows_staying > 0))) collate "default"
      when p.waiting_for like '%more than max_failed allows%' then pg_catalog.format(
        'Mend the rows, then: select sluice.retry(%1$L); To tolerate more of them, as an operator, before that: '
        'update sluice.policy set max_failed = ...; or define it with max_failed of its own.', p.name)
      else pg_catalog.format(
        'Mend the cause, then: select sluice.retry(%1$L); or leave the rest as it is: select '
        'sluice.accept_remaining(%1$L);',
        p.name)
    end as advice
  where p.state = 'failed'
  union all
  select 'paused' as problem, p.last_error_at,
    pg_catalog.concat_ws('; ', p.waiting_for, sluice_internal.renamed_relations(m.migration_id)),
    pg_catalog.concat_ws(' ', c.hint, pg_catalog.format('Mend the cause, then: select sluice.resume(%L);', p.name),
      case when not exists (select from pg_catalog.pg_class t where t.oid = m.target) then pg_catalog.format(
        'Where the table is gone for good: select sluice.cancel(%1$L); select sluice.forget(%1$L);', p.name) end)
  where p.state = 'paused' and m.state_reason = m.quoting_reason
  union all
  select 'range_failed' as problem, given_up.failed_at,
    pg_catalog.format('%s range(s) were given up; the last error: %s', given_up.failed, p.last_error),
    pg_catalog.concat_ws(' ', c.hint, pg_catalog.format(
      'select * from sluice.lanes where lane_id = %s; Mend the cause, then: select sluice.retry(%L);', given_up.lane_id,
      p.name))
  where given_up.failed > 0 and p.state <> 'finished'
  union all
  select 'quarantined' as problem,
    (select pg_catalog.min(q.quarantined_at) from sluice_internal.quarantine q where q.migration_id = m.migration_id),
    pg_catalog.format('%s row(s) were put aside%s; the last error: %s', p.rows_quarantined,
      case when r.may_read then ', among them key ' || (
        select pg_catalog.string_agg(k.key::text, ', ')
        from (
          select q.key from sluice_internal.quarantine q where q.migration_id = m.migration_id
          order by q.quarantine_id desc limit 5) as k) end,
      p.last_error),
    pg_catalog.concat_ws(' ', c.hint, pg_catalog.format(
      'select * from sluice.quarantined where name = %1$L; Mend the rows, then: select sluice.retry(%1$L);', p.name))
  where p.rows_quarantined > m.rows_accepted
  union all
  select 'backing_off' as problem, p.last_error_at,
    pg_catalog.format('a range failed %s times in a row; the last error: %s', p.attempts, p.last_error),
    pg_catalog.concat_ws(' ', c.hint,
      pg_catalog.format('Mend the cause; to try at once: select sluice.retry(%L);', p.name))
  where p.attempts >= 3 and p.state in ('scheduled', 'running', 'verifying') and given_up.failed = 0
    and coalesce(p.waiting_for, '') not like 'the lock on %'
  union all
  select 'range_fails' as problem, f.since,
    pg_catalog.format('%s range(s) of %s met an error of the server at each attempt since %s, while others went on; '
      'SQLSTATE %s',
      f.ranges, f.relation, date_trunc('second', f.since), f.error_sqlstate),
    pg_catalog.concat_ws(' ', case when r.may_read then nullif(f.error_hint, '') end, pg_catalog.format(
      'What these ranges hold or touch may be the cause, such as a damaged page or one very large row: '
      'select * from sluice.lanes where lane_id = %s; Fix the cause; to try at once: select sluice.retry(%L);',
        f.lane_id, p.name))
  from (
    select pg_catalog.count(*) over () as ranges, l.lane_id, l.relation, l.error_sqlstate, l.error_hint,
      coalesce(l.last_batch_at, m.started_at, m.scheduled_at) as since
    from sluice_internal.lane l
    where l.migration_id = m.migration_id and l.state = 'active'
      and sluice_internal.failure_kind(l.error_sqlstate) = 'server'
      and l.failed_at > coalesce(l.last_batch_at, '-infinity')
      -- where none succeeds it is the whole server, for which the migration waits
      and r.no_batch_since > coalesce(l.last_batch_at, m.started_at, m.scheduled_at) + interval '5 minutes'
    order by 6
    limit 1) as f
  where p.state in ('scheduled', 'running', 'verifying')
  union all
  select 'batch_takes_long' as problem, a.began_at,
    pg_catalog.format('a batch on %s has been running for %s in backend %s%s', a.relation,
      date_trunc('second', a.running_for), a.pid,
      ', which waits for ' || nullif(pg_catalog.array_to_string(a.blocked_by, ', '), '')),
    pg_catalog.format('As %I, or with pg_signal_backend: select pg_cancel_backend(%s); '
      'The range is tried again in smaller batches; a key that takes too long by itself is quarantined.', p.owner,
        a.pid) collate "default"
  from sluice.activity a
  cross join sluice.policy y
  where a.name = p.name and a.act <> 'prove' and a.running_for > y.statement_timeout
  union all
  select 'deadline_at_risk' as problem,
    (select pg_catalog.max(v.happened_at) from sluice_internal.event v
      where v.migration_id = m.migration_id and v.kind = 'deadline_at_risk' and m.at_risk) as since,
    case
      when p.late_by is null then 'as things are, it will never be done'
      else pg_catalog.format('it will be late by %s', date_trunc('second', p.late_by)) collate "default"
    end,
    sluice_internal.deadline_advice(p.migration_id, p.late_by)
  where not p.on_track and p.state in ('scheduled', 'running', 'verifying')
  union all
  select 'waits' as problem, r.no_batch_since as since, p.waiting_for,
    case
      when ro.advice is not null then ro.advice
      when sluice_internal.hold_reason(p.migration_id) is null
        and exists (select from sluice_internal.commits_waiting() as k where k.owner_id = m.owner_id) then
        'select application_name, state, sync_state from pg_stat_replication; Connect that standby; or, to do without '
        'it, as a superuser: '
        'alter system set synchronous_standby_names = ''...''; select pg_reload_conf();'
      when p.waiting_for like 'after %' then pg_catalog.format(
        'select * from sluice.progress where name = any (%L); '
        'Schedule, resume or mend what does not come by itself, or finish it: call sluice.cleanup(...);', m.after)
      when p.waiting_for like 'window %' then pg_catalog.format(
        'To run at any time: select * from sluice.reschedule(%L, during => ''{}'');', p.name)
      when held.guard is not null then pg_catalog.concat_ws(' ', held.advice, pg_catalog.format(
        'select * from sluice.guards where name = %1$L; '
        'To do without it, as an operator: update sluice.guard set enabled = false where name = %1$L;', held.guard))
      when p.waiting_for like 'the lock on %'
        then sluice_internal.lock_advice(m.target, '{AccessShareLock,RowShareLock}') collate "default"
      when p.waiting_for like 'its next attempt %' then pg_catalog.concat_ws(' ', c.hint, pg_catalog.format(
        'Mend the cause; to try at once: select sluice.retry(%L);', p.name))
      when p.waiting_for like '%handler%' then pg_catalog.format(
        'Start a driver, logged in as "%s", in which a handler named %s is registered.', p.owner, m.handler)
          collate "default"
      else pg_catalog.format('Start a driver, logged in as "%s": sluice run; or from psql: call sluice.work();',
        p.owner)
        collate "default"
    end
  where p.state in ('scheduled', 'running', 'verifying') and p.waiting_for is not null
    and p.waiting_for not like 'the adoption of %'
    and (sluice_internal.owner_problem(m.owner_id, p.owner)).problem is null and p.waiting_for not like 'its start at %'
    and (p.waiting_for not like 'after %' or exists (
      select from pg_catalog.unnest(m.after) as a (name)
      left join sluice_internal.migration f on f.name = a.name
      where f.name is null or f.state not in ('scheduled', 'running', 'verifying', 'finished')))
) as s
union all
select m.name, sluice_internal.owner_name(m.owner_id, m.owner), case when m.cleanup_sqlstate = '55P03'
  then 'cleanup_waits' else 'cleanup_failed' end,
  m.cleanup_failed_at,
  case
    when m.cleanup_sqlstate = '55P03' or sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user)
      then m.cleanup_error
    else 'SQLSTATE ' || m.cleanup_sqlstate
  end,
  case
    when m.cleanup_sqlstate = '55P03' then pg_catalog.format('%s Where cleanup has given up meanwhile: call '
      'sluice.cleanup(%L);',
      sluice_internal.lock_advice(m.target), m.name)
    else pg_catalog.format('Mend the cause, then: call sluice.cleanup(%L);', m.name)
  end collate "default"
from sluice_internal.migration m
where m.state = 'finished' and m.cleaned_at is null and m.cleanup_failed_at is not null
union all
select c.name, c.owner, 'capture_left', null,
  pg_catalog.format('capture trigger %s is still on %s, and converts what is written', c.trigger,
    c.target) collate "default",
  pg_catalog.format('As "%s": drop function %s cascade; which removes the trigger, too.', c.owner,
    c.function) collate "default"
from sluice.captures c
where c.inherited_from is null and (c.state in ('defined', 'cancelled')
  -- of a migration that is not known any more; anybody can call a trigger so, but not be an author
  or c.name is null and pg_catalog.has_function_privilege(c.owner,
    'sluice_internal.claim(text, text[], sluice_internal.caller)', 'execute'))
union all
select c.name, c.owner, 'capture_lost', null,
  pg_catalog.format('the capture trigger on %s is not what was installed, or was not all the time since the end of '
    'the run',
    pg_catalog.string_agg(c.target::text, ', ' order by c.target::text)) collate "default",
  pg_catalog.format('call sluice.cleanup(%L); installs it again and verifies again before it goes on.',
    c.name) collate "default"
from sluice.captures c
where c.state = 'finished' and not c.is_intact
group by c.name, c.owner
union all
select m.name, sluice_internal.owner_name(m.owner_id, m.owner), 'capture_exposed', null,
  pg_catalog.format('others may create objects in schema "%s" of the search path of the capture trigger: %s', o.schema,
    o.who)
    collate "default",
  pg_catalog.format('Let only the author create there: revoke create on schema %I from ...;',
    o.schema) collate "default"
from sluice_internal.migration m
cross join lateral sluice_internal.open_schemas(m.search_path, sluice_internal.owner_name(m.owner_id, m.owner)) as o
where m.capture and exists (select from sluice.captures c where c.name = m.name)
union all
select m.name, sluice_internal.owner_name(m.owner_id, m.owner), 'relation_attached', null,
  pg_catalog.format('%s became part of the target after the end of the run, and is not verified',
    pg_catalog.string_agg(a.relation::text, ', ' order by a.relation::text)) collate "default",
  pg_catalog.format('call sluice.cleanup(%L); walks it and verifies again before it goes on.', m.name) collate "default"
from sluice_internal.migration m
cross join lateral sluice_internal.attached_relations(m.migration_id) as a
where m.state = 'finished' and m.cleaned_at is null and m.accepted_at is null
  and pg_catalog.btrim(pg_catalog.lower(m.pending)) <> 'true'
  and pg_catalog.num_nonnulls(nullif(m.on_finish_done, 0), m.on_finish_begun) = 0
group by m.migration_id, m.name, m.owner_id, m.owner
union all
select m.name, sluice_internal.owner_name(m.owner_id, m.owner), o.problem, null,
  o.detail || ', and no other runs it',
  case o.problem
    when 'owner_cannot_log_in' then pg_catalog.format('alter role %I login; or, as "%s": ',
      sluice_internal.owner_name(m.owner_id, m.owner), sluice_internal.schema_owner()) collate "default"
    when 'owner_cannot_connect' then pg_catalog.format('grant connect on database %I to %I; or, as "%s": ',
      pg_catalog.current_database(), sluice_internal.owner_name(m.owner_id, m.owner),
      sluice_internal.schema_owner()) collate "default"
    when 'owner_not_author' then pg_catalog.format('As "%s": select sluice.grant_author(%L); or ',
      sluice_internal.schema_owner(), sluice_internal.owner_name(m.owner_id, m.owner)) collate "default"
    else pg_catalog.format('As "%s", who owns schema sluice: ', sluice_internal.schema_owner()) collate "default"
  end || pg_catalog.format('select sluice.set_owner(%L, ''...''); gives it to another author.', m.name)
from sluice_internal.migration m
cross join lateral sluice_internal.owner_problem(m.owner_id, sluice_internal.owner_name(m.owner_id, m.owner)) as o
where o.problem is not null and m.cleaned_at is null and m.state not in ('defined', 'cancelled') and sluice.is_adopted()
union all
select v.name, v.owner, 'vacuum_held', t.began_at,
  pg_catalog.format('vacuum of %s is due: %s rows left old versions behind; session %s has had the turn since %s, and '
    'does not vacuum',
    v.relation, v.rows_waiting, t.pid, date_trunc('second', t.began_at)) collate "default",
  pg_catalog.format('Start a driver that is not frozen or cut off, logged in as "%s"; it takes the turn. To end that '
    'session, as %1$I or '
    'with pg_signal_backend: select pg_terminate_backend(%s);', v.owner, t.pid) collate "default"
from sluice.vacuums v
join sluice_internal.migration m on m.migration_id = v.migration_id
cross join lateral sluice_internal.vacuum_turns(m.owner_id) as t
where v.is_due and not t.is_vacuuming
union all
select null, null, 'guard_unread', null,
  pg_catalog.format('guard %s holds nothing back, because it cannot be read: %s', g.name,
    pg_catalog.min(r.error)) collate "default",
  pg_catalog.format('Correct its measure, as "%1$s", or switch it off: update sluice.guard set enabled = false where '
    'name = %2$L;',
    sluice_internal.schema_owner(), g.name) collate "default"
from sluice.guard g
join sluice_internal.guard_reading r on r.guard = g.name
join sluice_internal.migration m on r.target in (0, m.target)
  and m.state in ('scheduled', 'running', 'verifying', 'paused')
where g.enabled and r.error is not null
  and not exists (
    select from sluice_internal.guard_reading n where n.guard = r.guard and n.target = r.target
      and n.read_at > r.read_at)
group by g.name
union all
select null, null, 'not_adopted', null,
  'this database was restored from a dump or copied from another; it runs no migrations',
  pg_catalog.format('If it is to run them, as "%s", who owns schema sluice: select sluice.adopt();',
    sluice_internal.schema_owner()) collate "default"
where not sluice.is_adopted();

comment on view sluice.stuck is
  'What needs a person or keeps a migration waiting, with the SQL that helps; empty when all is well.';
comment on column sluice.stuck.advice is 'what to do, with the exact SQL';
