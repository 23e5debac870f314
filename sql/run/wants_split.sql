-- sluice_internal.wants_split(lane_id): whether this lane should give half of what is left to another worker: fewer
-- lanes are at work than its workers want (verify/lanes_wanted.sql), none is queued, and this one has the most rows
-- left.
-- Called when:  a lane is read for a batch.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.wants_split(lane_id bigint)
returns boolean
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  own record;
begin
  select l.migration_id, s.workers, l.rows_estimated - l.rows_visited as rows_left, l.stripes
  into own
  from sluice_internal.lane l
  join sluice_internal.migration m on m.migration_id = l.migration_id
  join sluice.schedule s on s.migration = m.name
  where l.lane_id = wants_split.lane_id
    and l.upper is not null and l.detour is null
    and l.rows_estimated - l.rows_visited > 4 * l.batch_size;
  if not found or own.workers = 1 then
    return false;
  end if;

  return (
    select count(*) filter (where l.state = 'active' and l.attempts < 3) < sluice_internal.lanes_wanted(own.workers,
      own.stripes)
      and not bool_or(l.state = 'queued')
      and own.rows_left >= max(l.rows_estimated - l.rows_visited) filter (where l.state = 'active')
    from sluice_internal.lane l
    where l.migration_id = own.migration_id and l.state in ('active', 'queued'));
end
$$;

comment on function sluice_internal.wants_split(bigint) is
  'Whether a lane should be halved now, so that every worker has one.';
