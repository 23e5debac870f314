-- sluice_internal.keep_migration(migration_id, expected_at): maintenance of one migration that runs: pauses it where
-- the index of its key is gone, announces a deadline that is at risk or safe again by the forecast given, and gives
-- partitions that were attached their lanes.
-- Called when:  keep_house() goes through migrations. Internal: runs with its caller's rights.
-- Locks: the schedule's and the migration's row where something changes, skipping those that others hold.
-- Writes: migration.at_risk, an event, NOTIFY sluice; lanes of partitions that were attached (follow_partitions).
-- Raises: whatever the migration's numbers and tables make it raise; keep_house() records that.

create or replace function sluice_internal.keep_migration(migration_id bigint, expected_at timestamptz)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  running sluice_internal.migration;
  without_index regclass;
  known record;
begin
  select m.* into running from sluice_internal.migration m where m.migration_id = keep_migration.migration_id;
  if running.state in ('running', 'verifying') then
    select l.relation into without_index
    from sluice_internal.lane l
    where l.migration_id = running.migration_id and l.state = 'active' and not l.by_blocks
      and l.act in ('change', 'sweep') and not sluice_internal.serves_key(running, l.relation)
    limit 1;
    if found or exists (select from pg_inherits i where i.inhparent = running.target) then
      perform from sluice.schedule s where s.migration = running.name for no key update skip locked;
      if found then
        -- as it is now that the schedule is locked
        select m.* into running from sluice_internal.migration m where m.migration_id = running.migration_id;
        if running.state in ('running', 'verifying') then
          if without_index is not null then
            perform sluice_internal.pause_without_index(running, without_index);
          elsif not sluice_internal.pause_for_attached(running) then
            perform sluice_internal.follow_partitions(running);
          end if;
        end if;
      end if;
    end if;
  end if;

  select m.at_risk, s.deadline,
    case
      -- a hold of unknown length is a risk once it has lasted longer than batches and polls take
      when expected_at is null and s.deadline > clock_timestamp() then nullif(sluice_internal.held_since(m.migration_id)
        < clock_timestamp() - (select p.statement_timeout + 2 * p.poll_interval from sluice.policy p), false)
      -- once announced, it is safe only with a little to spare, so that it is not announced every ten seconds
      else greatest(expected_at, clock_timestamp())
        > s.deadline - case when m.at_risk then (s.deadline - s.scheduled_at) * 0.05 else interval '0' end
    end as is_late
  into known
  from sluice_internal.migration m
  join sluice.schedule s on s.migration = m.name and s.deadline is not null
  where m.migration_id = keep_migration.migration_id and m.state in ('scheduled', 'running', 'verifying')
    -- where one worker has just come, others may be on their way: what is forecast without them alarms nobody
    and (s.workers = 1 or coalesce(
      (select p.last_came_at from sluice_internal.workers_present(sluice_internal.owner_name(m.owner_id, m.owner)) as p)
        < clock_timestamp() - interval '2 seconds', true));
  if known.is_late is null or known.is_late is not distinct from known.at_risk then
    return;
  end if;
  perform from sluice_internal.migration m
  where m.migration_id = keep_migration.migration_id and m.at_risk is not distinct from known.at_risk
  for no key update skip locked;
  if found then
    update sluice_internal.migration m set at_risk = known.is_late where m.migration_id = keep_migration.migration_id;
    perform sluice_internal.record_event(running.migration_id,
      case when known.is_late then 'deadline_at_risk' else 'deadline_safe' end,
      format('%s; its deadline is %s',
        case
          when expected_at is null then 'it is not known when it will be done'
          when isfinite(expected_at) then format('it will be done at %s', date_trunc('second', expected_at))
          else 'as things are, it will never be done'
        end, known.deadline),
      jsonb_build_object('forecast', nullif(expected_at, 'infinity'), 'deadline', known.deadline));
    perform sluice_internal.wake_drivers(running.name);
  end if;
end
$$;

comment on function sluice_internal.keep_migration(bigint, timestamptz) is
  'Runs maintenance of one migration: its index, its deadline, its partitions.';
