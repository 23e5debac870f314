-- sluice.work_left(migration_id): rows that the lanes have still to visit, and what a row costs by their own batches.
-- The sweep that is still to come counts as a tenth of all rows. A lane that is not done has at least a twentieth of its
-- estimate left, because there may be more rows than were estimated, and whoever slows down toward an end that is not there
-- comes late.
-- Called when:  planning, forecasting, rescheduling.
-- Locks, writes: nothing; reads the lanes, never the history.
-- Raises: nothing. The cost is what the plan measured before there are batches, and null without a plan.

create or replace function sluice.work_left(
  migration_id bigint,
  out rows_left bigint,
  out seconds_per_row double precision,
  out rows_per_second double precision
)
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  select
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.rows_estimated / 20))
        filter (where l.state in ('queued', 'active')), 0)
      + case
          when m.pass = 0 and btrim(lower(m.pending)) <> 'true' then coalesce(sum(l.rows_estimated), 0) / 10
          else 0
        end,
    coalesce(
      avg(l.seconds_per_row) filter (where l.state = 'active'),
      avg(l.seconds_per_row) filter (where l.act = 'change'),
      m.planned_seconds_per_row),
    sum(l.rows_per_second) filter (where l.state = 'active')
  into work_left.rows_left, work_left.seconds_per_row, work_left.rows_per_second
  from sluice.migration m
  left join sluice.lane l on l.migration_id = m.migration_id
  where m.migration_id = work_left.migration_id
  group by m.migration_id;
end
$$;

comment on function sluice.work_left(bigint) is 'Rows still to be visited, their cost, and the recent rate of all lanes together.';
