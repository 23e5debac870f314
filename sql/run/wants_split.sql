-- sluice.wants_split(lane_id): whether this lane should give half of what is left to another worker: fewer lanes are at
-- work than the schedule asks for, none is queued, and this one has the most rows left.
-- Called when:  a lane is read for a batch.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.wants_split(lane_id bigint)
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select s.workers > 1
    and own.upper is not null
    and own.isolating is null
    and own.detour is null
    and others.at_work < s.workers
    and not others.any_queued
    and own.rows_estimated - own.rows_visited > 4 * own.batch_size
    and own.rows_estimated - own.rows_visited >= others.most_rows_left
  from sluice.lane own
  join sluice.migration m on m.migration_id = own.migration_id
  join sluice.schedule s on s.migration = m.name
  cross join lateral (
    select count(*) filter (where l.state = 'active' and l.attempts < 3) as at_work,
      coalesce(bool_or(l.state = 'queued'), false) as any_queued,
      max(l.rows_estimated - l.rows_visited) filter (where l.state = 'active') as most_rows_left
    from sluice.lane l
    where l.migration_id = own.migration_id and l.state in ('active', 'queued')) as others
  where own.lane_id = wants_split.lane_id
$$;

comment on function sluice.wants_split(bigint) is 'Whether a lane should be halved now, so that every worker has one.';
