-- View sluice.progress and function sluice.progress(name): one row a migration, what state it is in and how it gets on.
-- Read from migration, schedule, lane and quarantine, and one event, so it costs the same after a million batches.
--
--   percent    = rows visited / (rows visited + rows left), of the walk; 100 only when finished. Splitting and
--              detaching do
--                not make it fall: what one lane gives, another has, and a lane that ends early leaves nothing.
--   rows_left  = estimated less visited of the lanes that are not done; samples correct the estimate
--   (checkpoint/correct_estimate). rows_pending = of these, as many as the plan found less those that were changed, or
--                its share where that is more; null when the walk has visited more rows than were estimated, until the
--                next sample.
--   now        = rows_per_second counts lanes that ran a batch in the last ten seconds, beside their pause.
--
-- Error texts, and reasons that quote them, are shown to those who may read the target (core/may_read.sql); to others
-- SQLSTATEs.
-- Read by:  viewers, authors and operators; by the driver and the command line.
-- Locks, writes: nothing.  Raises: SL002 (the function).

create or replace view sluice.progress as
with at_work as materialized (
  select distinct a.name from sluice.activity a
),
in_commit as materialized (
  select c.* from sluice_internal.commits_waiting() as c
),
served as materialized (
  select distinct a.usesysid as owner_id
  from pg_catalog.pg_stat_activity a
  where a.datname = pg_catalog.current_database() and a.application_name = 'sluice worker'
),
forecasts as materialized (
  select f.* from sluice.forecasts() as f
),
walk as (
  select l.migration_id,
    pg_catalog.count(*) as lanes_total,
    pg_catalog.count(*) filter (where l.state = 'active') as lanes,
    (pg_catalog.sum(l.rows_visited) filter (where l.act = 'change' and l.pass = 0))::bigint as rows_visited,
    (pg_catalog.sum(greatest(l.rows_estimated - l.rows_visited, 0))
      filter (where l.act = 'change' and l.pass = 0 and l.state <> 'done'))::bigint as rows_left,
    (pg_catalog.sum(l.rows_changed))::bigint as rows_changed,
    (pg_catalog.sum(l.rows_changed) filter (where l.act = 'change' and l.pass = 0))::bigint as rows_changed_by_walk,
    -- what the verification found was visited, too; the rest of its ranges had been before
    (pg_catalog.sum(least(l.rows_changed, l.rows_visited)) filter (where l.act = 'change'
      and l.pass > 0))::bigint as rows_fixed,
    pg_catalog.bool_or(l.rows_visited >= l.rows_estimated)
      filter (where l.act = 'change' and l.pass = 0 and l.state = 'active' and l.batches > 0) as is_past_estimate,
    (pg_catalog.sum(pg_catalog.cardinality(l.found_keys))
      filter (where l.act = 'change' and l.pass > 0 and l.state <> 'done'))::bigint as rows_found,
    (pg_catalog.sum(l.rows_visited) filter (where l.act = 'sweep'))::bigint as rows_swept,
    (pg_catalog.sum(greatest(l.rows_estimated - l.rows_visited, 0))
      filter (where l.act = 'sweep' and l.state <> 'done'))::bigint as rows_to_sweep,
    (pg_catalog.sum(l.rows_hot))::bigint as rows_hot,
    (pg_catalog.sum(l.rows_updated))::bigint as rows_updated,
    pg_catalog.sum(l.rows_per_second) filter (
      where l.state = 'active'
        and l.last_batch_at > pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => 10 + 2 * l.pause)
    ) as rows_per_second,
    pg_catalog.max(l.batch_size) filter (where l.state = 'active') as batch_size,
    pg_catalog.avg(l.pause) filter (where l.state = 'active') as pause,
    pg_catalog.max(l.attempts) filter (where l.state <> 'done') as attempts,
    pg_catalog.min(l.attempts) filter (where l.state = 'active') as fewest_attempts,
    pg_catalog.max(l.last_batch_at) as last_batch_at,
    pg_catalog.min(l.due_at) filter (where l.state = 'active') as next_due_at,
    pg_catalog.max(l.failed_at) as last_error_at,
    pg_catalog.max(l.error_message)
      filter (where l.act = 'capture' and l.state = 'active' and l.error_sqlstate = '55P03') as capture_error
  from sluice_internal.lane l
  group by l.migration_id
),
aside as (
  select q.migration_id, pg_catalog.sum(q.rows) as rows
  from sluice_internal.quarantine q
  group by q.migration_id
)
select
  m.name,
  sluice_internal.owner_name(m.owner_id, m.owner) as owner,
  sluice_internal.target_name(m.target, m.definition) as target,
  m.state,
  case
    when m.state = 'defined' then pg_catalog.format('its schedule: select * from sluice.schedule(%L);', m.name)
    when m.state in ('paused', 'failed') then case
      when m.state_reason is distinct from m.quoting_reason or r.may_read then m.state_reason
      else coalesce(m.public_reason, pg_catalog.format('a reason for those who may read %s', m.target))
    end
    when m.state in ('scheduled', 'running', 'verifying') then coalesce(
      (sluice_internal.read_only_reason(m.owner_id)).reason,
      sluice_internal.hold_reason(m.migration_id),
      (select pg_catalog.format('the synchronous standby %s, which has not confirmed the commit of session %s',
          pg_catalog.current_setting('synchronous_standby_names'), c.pid)
        from in_commit c
        -- others of the owner may be run by other workers
        where c.owner_id = m.owner_id and w.last_batch_at < pg_catalog.clock_timestamp() - interval '2 seconds'),
      'its owner: ' || (sluice_internal.owner_problem(m.owner_id,
        sluice_internal.owner_name(m.owner_id, m.owner))).detail,
      w.capture_error,
      case
        when w.fewest_attempts > 0 and w.next_due_at > pg_catalog.clock_timestamp()
          then pg_catalog.format('its next attempt at %s: %s', w.next_due_at, e.error_message)
        -- a handler may be missing although drivers are there, so it is named as soon as no batch was run
        when (m.handler is not null and m.state = 'scheduled'
            or greatest(w.last_batch_at, w.next_due_at, s.scheduled_at, m.scheduled_at)
              < pg_catalog.clock_timestamp() - (select p.statement_timeout + 2 * p.poll_interval from sluice.policy p))
          and m.name not in (select a.name from at_work a)
          -- a driver that is there is given the same time after a resume() or retry()
          and (m.handler is not null or not exists (select from served d where d.owner_id = m.owner_id)
            or m.state <> 'scheduled'
            or coalesce(
                (select v.happened_at from sluice_internal.event v where v.migration_id = m.migration_id
                  order by v.event_id desc limit 1),
                '-infinity')
              < pg_catalog.clock_timestamp() - (select p.statement_timeout + 2 * p.poll_interval from sluice.policy p))
          then case
            when m.handler is null then 'a worker: sluice run, or call sluice.work()'
            else pg_catalog.format('a worker: a driver with the handler %s', m.handler)
          end
      end)
  end as waiting_for,
  coalesce(m.rows_visited, 0) + coalesce(w.rows_visited, 0) + coalesce(w.rows_fixed, 0) as rows_done,
  coalesce(m.rows_changed, 0) + coalesce(w.rows_changed, 0) as rows_changed,
  case
    when m.state = 'finished' then m.rows_accepted
    when w.migration_id is null then m.pending_estimated
    when w.is_past_estimate then null
    else coalesce(w.rows_found, 0) + sluice_internal.pending_ahead(coalesce(w.rows_visited, 0),
      coalesce(w.rows_left, 0),
      coalesce(w.rows_changed_by_walk, 0), expected.pending_share)
  end as rows_pending,
  case
    when m.state = 'finished' then 100
    when w.rows_visited is null then 0
    else least(pg_catalog.trunc(100.0 * (coalesce(m.rows_visited, 0) + w.rows_visited)
      / greatest(coalesce(m.rows_visited, 0) + w.rows_visited + coalesce(w.rows_left, 0), 1), 2), 99.9)
  end as percent,
  case
    when m.state = 'finished' then 100
    when w.rows_swept is not null
      then least(pg_catalog.trunc(100.0 * w.rows_swept / greatest(w.rows_swept + coalesce(w.rows_to_sweep, 0), 1), 2),
        99.9)
  end as verified_percent,
  case
    when m.state in ('running', 'verifying') then pg_catalog.round(coalesce(w.rows_per_second, 0)::numeric, 1)
    else 0
  end as rows_per_second,
  nullif(f.forecast, 'infinity') as forecast,
  nullif(f.earliest, 'infinity') as earliest,
  nullif(f.latest, 'infinity') as latest,
  s.deadline,
  case
    when coalesce(m.finished_at, greatest(f.forecast, pg_catalog.clock_timestamp())) > s.deadline
        and pg_catalog.isfinite(coalesce(m.finished_at, f.forecast, s.deadline))
      then coalesce(m.finished_at, greatest(f.forecast, pg_catalog.clock_timestamp())) - s.deadline
  end as late_by,
  case
    when coalesce(m.finished_at, f.forecast) is not null or s.deadline < pg_catalog.clock_timestamp()
      then coalesce(m.finished_at, greatest(f.forecast, pg_catalog.clock_timestamp())) <= s.deadline
  end as on_track,
  w.batch_size,
  pg_catalog.make_interval(secs => w.pause) as pause,
  pg_catalog.round(w.rows_hot::numeric / nullif(w.rows_updated, 0), 3) as hot_share,
  coalesce(w.lanes, 0) as lanes,
  coalesce(w.lanes_total, 0) as lanes_total,
  s.workers,
  coalesce(w.attempts, 0) as attempts,
  coalesce(q.rows, 0) as rows_quarantined,
  e.error_message as last_error,
  w.last_error_at,
  m.started_at,
  m.finished_at,
  m.verified_at,
  m.migration_id,
  m.capture
from sluice_internal.migration m
cross join lateral (
  select sluice_internal.may_read(m.target, m.owner_id, m.owner, current_user) as may_read offset 0) as r
left join sluice.schedule s on s.migration = m.name
left join walk w on w.migration_id = m.migration_id
left join aside q on q.migration_id = m.migration_id
cross join lateral (
  select least(coalesce(m.pending_estimated / nullif(m.rows_estimated, 0)::numeric, 1), 1) as pending_share) as expected
left join lateral (
  select case when r.may_read then l.error_message else 'SQLSTATE ' || l.error_sqlstate end as error_message
  from sluice_internal.lane l
  where w.last_error_at is not null and l.migration_id = m.migration_id and l.failed_at = w.last_error_at
  limit 1) as e on true
left join lateral (
  select g.expected as forecast, g.earliest, g.latest
  from sluice_internal.forecast_range(m.migration_id) as g
  where s.migration is not null and (m.after = '{}' or m.state not in ('scheduled', 'running', 'verifying'))
  union all
  -- all that wait for others at once, and only where one does
  select g.expected, g.earliest, g.latest
  from forecasts g
  where s.migration is not null and m.after <> '{}' and m.state in ('scheduled', 'running', 'verifying')
    and g.migration_id = m.migration_id
  -- once a row, however often it is used
  offset 0) as f on true;

comment on view sluice.progress is
  'One row a migration: state, what it waits for, rows, rate, forecast, deadline, errors.';
comment on column sluice.progress.waiting_for is 'why no batch runs now; null when nothing is in the way';
comment on column sluice.progress.rows_done is 'rows that were visited, whether they needed work or not';
comment on column sluice.progress.rows_pending is
  'estimated, null when not known; rows that were left by sluice.accept_remaining() once it is finished';
comment on column sluice.progress.percent is
  'of the walk, by estimate; falls only when more rows are found than were estimated, and 100 only when finished';
comment on column sluice.progress.verified_percent is 'of the verification; null before it began';
comment on column sluice.progress.rows_per_second is 'visited rows, now, pauses included';
comment on column sluice.progress.forecast is
  'when it will be done, most likely; null when that is not known, or never';
comment on column sluice.progress.earliest is 'it will hardly be done before';
comment on column sluice.progress.latest is 'it should be done by then, at the rates that its batches had of late';
comment on column sluice.progress.late_by is
  'how far the forecast lies after the deadline; null when on track, and when it will never be done';
comment on column sluice.progress.on_track is 'null without a deadline, and while nobody knows when it will be done';
comment on column sluice.progress.hot_share is 'share of the updates that touched no index';
comment on column sluice.progress.lanes is 'ranges that a worker may take now';
comment on column sluice.progress.attempts is 'most transient failures in a row of one range';
comment on column sluice.progress.capture is
  'a trigger converts what the application writes meanwhile; sluice.captures says whether it is in place';

create or replace function sluice.progress(name text)
returns sluice.progress
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  known_id bigint := sluice_internal.find_id(name);
  answer sluice.progress;
begin
  -- by its id, so that only its own lanes are read; and with the caller's rights, who sees what the view shows
  select p.* into answer from sluice.progress p where p.migration_id = known_id;
  return answer;
end
$$;

comment on function sluice.progress(text) is
  'The row of sluice.progress of one migration; raises SL002 when there is none.';
