-- sluice_internal.next_vacuum(): which relation this session is to vacuum now, with the statement; or how long to wait,
-- and why. One session of a role does this at a time: until it calls record_vacuum(), or ends; one that neither vacuums
-- nor calls it for some seconds, as of a driver that is frozen or cut off, loses its turn. Sessions of other roles, who
-- vacuum tables of their own migrations, do not wait for it.
-- With an order the session gets limits of its own, until it is recorded: when its client is gone, it ends soon after
-- its VACUUM.
-- Called when:  the driver's upkeep connection has nothing to do, each call in a transaction of its own.
-- Locks: the row of sluice_internal.upkeep. Nothing that a vacuum, an index build or ANALYZE of others works on is
--   chosen, and the statement skips what is locked by the time it runs: nobody waits for it, and no autovacuum is
--   cancelled.
-- Writes: settings of the session; sluice_internal.upkeep: rows count from the attempt, so that what a long transaction
--   keeps from being removed is not tried again and again; an event when vacuum is refused for want of a right.
-- Raises: SL007 after SET ROLE.

create or replace function sluice_internal.next_vacuum(caller sluice_internal.caller default current_user)
returns sluice_internal.vacuum_order
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  -- at full speed, a per cent of a table of some millions of rows
  soon constant double precision := 0.1;
  answer sluice_internal.vacuum_order;
  due record;
  own bigint[] := array(
    select m.migration_id from sluice_internal.migration m
    where m.owner_id = (select sluice_internal.role_id(session_user)));
begin
  if caller is distinct from session_user then
    raise exception using
      errcode = 'SL007',
      message = format('cannot vacuum as "%s" in a session of "%s"', caller, session_user),
      hint = 'RESET ROLE, or log in as the owner.';
  end if;
  -- it waits for no standby, and nor does VACUUM in this session; but the commits of batches reach this server's disk
  -- with the order, because VACUUM cannot mark a page all-visible before
  perform set_config('synchronous_commit', 'local', false);
  select extract(epoch from p.poll_interval) into answer.wait_seconds from sluice.policy p;
  answer.reason := 'nothing to vacuum';
  if pg_is_in_recovery() or not exists (
    select from sluice_internal.migration m
    where m.owner_id = (select sluice_internal.role_id(session_user)) and (m.state in ('running', 'verifying')
      or m.state = 'finished' and m.cleaned_at is null and m.finished_at > clock_timestamp() - interval '1 day'))
  then
    return answer;
  elsif not exists (select from sluice.vacuums v where v.migration_id = any (own) and v.is_due) then
    answer.wait_seconds := least(answer.wait_seconds, soon);
    return answer;
  elsif exists (
    select from sluice_internal.vacuum_turns(sluice_internal.role_id(session_user)) as t where t.is_vacuuming
      and t.pid <> pg_backend_pid())
  then
    answer.wait_seconds := least(answer.wait_seconds, soon);
    answer.reason := format('another session of "%s" vacuums', session_user);
    return answer;
  end if;

  for due in
    update sluice_internal.upkeep u
    set ended_at = clock_timestamp(), problem = format('session %s has neither vacuumed nor ended it', t.pid),
      pid = null
    from sluice_internal.vacuum_turns(sluice_internal.role_id(session_user)) as t
    where u.migration_id = t.migration_id and u.relation = t.relation and u.ended_at is null and u.pid = t.pid
      and not t.is_vacuuming and t.pid <> pg_backend_pid()
    returning u.migration_id, u.relation, u.problem
  loop
    perform sluice_internal.record_event(due.migration_id, 'not_vacuumed',
      format('vacuum of %s: %s', due.relation, due.problem));
  end loop;

  for due in
    select v.*, sluice_internal.may_vacuum(v.relation, session_user) as is_allowed
    from sluice.vacuums v
    where v.migration_id = any (own) and v.is_due and sluice_internal.hold_reason(v.migration_id) is null
      and not exists (
        select from pg_locks k
        where k.relation = v.relation and k.granted and k.pid <> pg_backend_pid()
          and k.database = (select d.oid from pg_database d where d.datname = current_database())
          and k.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
            'AccessExclusiveLock'))
    order by v.rows_waiting / v.due_at_rows::double precision desc
  loop
    insert into sluice_internal.upkeep as u (migration_id, relation, rows_left_at_last, rows_touched_at_full, kind,
      rows_due, pid, problem)
    values (due.migration_id, due.relation, due.rows_left, case due.kind when 'full' then due.rows_touched else 0 end,
      due.kind, due.rows_waiting, case when due.is_allowed then pg_backend_pid() end, case when not due.is_allowed
        then format('"%s" may not vacuum it', session_user) end)
    on conflict on constraint upkeep_pkey do update
      set rows_left_at_last = excluded.rows_left_at_last, began_at = clock_timestamp(), ended_at = null,
        rows_touched_at_full = case due.kind when 'full' then excluded.rows_touched_at_full
          else u.rows_touched_at_full end,
        kind = excluded.kind, rows_due = excluded.rows_due, pid = excluded.pid, problem = excluded.problem;
    if due.is_allowed then
      answer.migration_id := due.migration_id;
      answer.migration := due.name;
      answer.relation := due.relation;
      answer.statement := format('vacuum (%s, skip_locked) %s%s',
        case due.kind when 'full' then 'analyze' else 'index_cleanup off, truncate off' end,
        -- from PostgreSQL 18 on, inheritors would be vacuumed along
        case when current_setting('server_version_num')::integer >= 180000
          and exists (select from pg_inherits i where i.inhparent = due.relation) then 'only ' end,
        due.relation);
      answer.reason := format('%s of its rows left old versions behind', due.rows_waiting);
      answer.wait_seconds := 0;
      perform set_config('idle_session_timeout', '1min', false), set_config('tcp_user_timeout', '1min', false),
        set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
        set_config('tcp_keepalives_count', '3', false);
      return answer;
    elsif due.vacuums = 0 and due.problem is null then
      perform sluice_internal.record_event(due.migration_id, 'not_vacuumed',
        format('"%s" may not vacuum %s, so its space is reused only after autovacuum', session_user, due.relation));
    end if;
  end loop;
  answer.wait_seconds := least(answer.wait_seconds, soon);
  return answer;
end
$$;

comment on function sluice_internal.next_vacuum(sluice_internal.caller) is
  'The relation that this session is to vacuum now, with the statement, or how long to wait; record_vacuum() ends its '
  'turn.';
