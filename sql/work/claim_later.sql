-- sluice_internal.claim_later(only_migration, handlers): what a worker that found no lane is told; puts waiting lanes
-- to work first.
-- Called when:  claim found nothing. Internal: runs with its caller's rights.
-- Locks: the schedule row of a migration that it moves on, skipping those that others hold.
-- Writes: readings of a guard that holds; through refill_lanes: lanes, and the migration's state when all its lanes are
--   done.
-- Raises: nothing.

create or replace function sluice_internal.claim_later(only_migration text, handlers text[])
returns sluice_internal.lane_claim
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  answer sluice_internal.lane_claim;
  waiting record;
  longest double precision;
  next_due_at timestamptz;
begin
  -- what is written here waits for no standby; the end of a run does (finish_migration)
  perform set_config('synchronous_commit', 'off', true);
  select extract(epoch from p.poll_interval) into longest from sluice.policy p;
  answer.wait_seconds := longest;
  answer.reason := 'nothing scheduled';

  for waiting in
    select m.migration_id, m.name, m.handler, m.target, null::text as held_by, o.retry_at
    from sluice_internal.migration m
    join sluice.schedule s on s.migration = m.name
    left join sluice_internal.outage o on o.migration_id = m.migration_id
    -- as sluice_internal.is_owner(), asked once for all
    where (m.owner_id = (select sluice_internal.role_id(session_user)) or not (select sluice_internal.knows_owner_ids())
      and m.owner = session_user)
      and m.state in ('scheduled', 'running', 'verifying')
      and (only_migration is null or m.name = only_migration)
    order by s.priority desc, m.migration_id
  loop
    -- one after the other, until one goes on
    waiting.held_by := sluice_internal.hold_reason(waiting.migration_id);
    if waiting.held_by like 'guard %' and sluice_internal.read_guards(waiting.target) then
      waiting.held_by := sluice_internal.hold_reason(waiting.migration_id);
      if waiting.held_by is null then
        answer.wait_seconds := 0;
        answer.reason := format('%s goes on', waiting.name);
        return answer;
      end if;
    end if;

    if waiting.retry_at > clock_timestamp() then
      answer.wait_seconds := least(answer.wait_seconds, extract(epoch from waiting.retry_at - clock_timestamp()));
    end if;
    if waiting.held_by is not null then
      answer.reason := format('%s waits for %s', waiting.name, waiting.held_by);
    elsif waiting.handler is not null and waiting.handler <> all (handlers) then
      answer.reason := format('%s waits for a driver with handler %s', waiting.name, waiting.handler);
    elsif sluice_internal.refill_safely(waiting.migration_id) then
      answer.wait_seconds := 0;
      answer.reason := format('%s goes on', waiting.name);
      return answer;
    else
      select min(l.due_at) into next_due_at
      from sluice_internal.lane l
      where l.migration_id = waiting.migration_id and l.state = 'active' and l.due_at > now();
      -- now() is when this transaction began: a lane that has become due since then was missed, and is not to wait
      -- none, when others run all lanes: greatest() would pass over the null, and the worker would ask again at once
      if next_due_at is not null then
        answer.wait_seconds := least(answer.wait_seconds,
          greatest(extract(epoch from next_due_at - clock_timestamp()), 0.001));
      end if;
      answer.reason := format('%s pauses between batches, or others run it', waiting.name);
    end if;
  end loop;
  return answer;
end
$$;

comment on function sluice_internal.claim_later(text, text[]) is
  'How long a worker without a lane waits, and why; refills lanes first.';
