-- sluice.keep_house(): what must be done now and then: prunes history that is older than policy.history_kept_for, a few
-- thousand rows a call, and drops compiled functions that no migration needs any more; announces deadlines that are at risk, or safe again; finds partitions that were attached, and keys whose index is gone; and writes down the present names of owners.
-- Called when:  the driver and work() have time, about every ten seconds; anybody may, as often as they like.
-- Locks: the row of sluice.installation, so that one session keeps house at a time; others skip. Rows of migrations that
--   change, skipping those that others hold: nobody waits for it, and it waits for nobody.
-- Writes: sluice.batch, sluice.event, sluice.guard_reading; sluice.migration.at_risk, an event, NOTIFY sluice; lanes
--   of partitions that were attached (follow_partitions).
-- Raises: nothing. Returns how many rows of history, and functions, it removed: more than zero means that there may be more.

create or replace function sluice.keep_house()
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set jit to off
as $$
declare
  rows_a_call constant integer := 5000;
  kept_since timestamptz;
  pruned bigint := 0;
  pruned_here bigint;
  known record;
  running sluice.migration;
begin
  if pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' then
    return 0;
  end if;
  perform from sluice.installation i for no key update skip locked;
  if not found then
    return 0;
  end if;
  select clock_timestamp() - p.history_kept_for into kept_since from sluice.policy p;

  -- ids grow with time, so that the oldest rows are the first: no index on time, and no scan of what is kept
  delete from sluice.batch b
  where b.batch_id <= (
      select max(o.batch_id) from (select f.batch_id from sluice.batch f order by f.batch_id limit rows_a_call) as o)
    and b.finished_at < kept_since;
  get diagnostics pruned = row_count;
  delete from sluice.event e
  where e.event_id <= (
      select max(o.event_id) from (select f.event_id from sluice.event f order by f.event_id limit rows_a_call) as o)
    and e.happened_at < kept_since;
  get diagnostics pruned_here = row_count;
  pruned := pruned + pruned_here;
  -- a dump names owners, and adopt() finds them by these names
  update sluice.migration m
  set owner = r.rolname
  from pg_roles r
  where r.oid = m.owner_id and r.rolname <> m.owner and sluice.is_adopted()
    and m.migration_id in (
      select k.migration_id from sluice.migration k
      where sluice.owner_name(k.owner_id, k.owner) <> k.owner
      for no key update skip locked);
  pruned := pruned + sluice.drop_compiled();
  delete from sluice.guard_reading r where r.read_at < clock_timestamp() - interval '1 day';

  for known in
    select m as migration, l.relation
    from sluice.migration m
    join sluice.lane l on l.migration_id = m.migration_id
    where m.state in ('running', 'verifying') and l.state = 'active' and not l.by_blocks and l.act in ('change', 'sweep')
    order by m.migration_id
  loop
    running := known.migration;
    if not sluice.serves_key(running, known.relation) then
      perform from sluice.schedule s where s.migration = running.name for no key update skip locked;
      if found then
        perform sluice.pause_without_index(running, known.relation);
      end if;
    end if;
  end loop;

  for known in
    select m.migration_id, m.name, m.at_risk, s.deadline, f.expected_at,
      case
        -- a hold of unknown length is a risk once it has lasted longer than batches and polls take
        when f.expected_at is null and s.deadline > clock_timestamp() then nullif(sluice.held_since(m.migration_id)
          < clock_timestamp() - (select p.statement_timeout + 2 * p.poll_interval from sluice.policy p), false)
        -- once announced, it is safe only with a little to spare, so that it is not announced every ten seconds
        else greatest(f.expected_at, clock_timestamp())
          > s.deadline - case when m.at_risk then (s.deadline - s.scheduled_at) * 0.05 else interval '0' end
      end as is_late
    from sluice.migration m
    join sluice.schedule s on s.migration = m.name and s.deadline is not null
    cross join lateral (select sluice.forecast(m.migration_id) as expected_at offset 0) as f
    where m.state in ('scheduled', 'running', 'verifying')
      -- where one worker has just come, others may be on their way: what is forecast without them alarms nobody
      and (s.workers = 1 or coalesce(
        (select p.last_came_at from sluice.workers_present(sluice.owner_name(m.owner_id, m.owner)) as p)
          < clock_timestamp() - interval '2 seconds', true))
    order by m.migration_id
  loop
    continue when known.is_late is not distinct from known.at_risk or known.is_late is null;
    perform from sluice.migration m where m.migration_id = known.migration_id for no key update skip locked;
    if found then
      update sluice.migration m set at_risk = known.is_late where m.migration_id = known.migration_id;
      perform sluice.record_event(known.migration_id,
        case when known.is_late then 'deadline_at_risk' else 'deadline_safe' end,
        format('%s; its deadline is %s',
          case
            when known.expected_at is null then 'it is not known when it will be done'
            when isfinite(known.expected_at) then format('it will be done at %s', date_trunc('second', known.expected_at))
            else 'as things are, it will never be done'
          end, known.deadline),
        jsonb_build_object('forecast', nullif(known.expected_at, 'infinity'), 'deadline', known.deadline));
      perform pg_notify('sluice', known.name);
    end if;
  end loop;

  for running in
    select m.* from sluice.migration m
    where m.state in ('running', 'verifying')
      and exists (select from pg_inherits i where i.inhparent = m.target)
    order by m.migration_id
  loop
    perform from sluice.schedule s where s.migration = running.name for no key update skip locked;
    continue when not found;
    begin
      if not sluice.pause_for_attached(running) then
        perform sluice.follow_partitions(running);
      end if;
    exception when others then
      -- what is wrong with one is not to keep the others waiting
      if not exists (
        select from sluice.event e
        where e.migration_id = running.migration_id and e.kind = 'maintenance_failed' and e.detail ->> 'sqlstate' = sqlstate)
      then
        perform sluice.record_event(running.migration_id, 'maintenance_failed',
          format('new partitions could not be looked for (SQLSTATE %s)', sqlstate),
          jsonb_build_object('sqlstate', sqlstate, 'message', sqlerrm));
      end if;
    end;
  end loop;
  return pruned;
end
$$;

comment on function sluice.keep_house() is
  'Prunes old history in small steps and announces deadlines at risk; returns how many rows were pruned.';
