-- sluice.work_left(migration_id): rows that the lanes have still to visit, what a row costs by their own batches, how
-- much that varies (a standard deviation as a share of the cost), and how many batches a lane at work has to do.
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
  out rows_per_second double precision,
  out spread double precision,
  out batches_left double precision
)
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  select
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.rows_estimated / 20))
        filter (where l.state in ('queued', 'active')), 0)
      + case
          when m.pass = 0 and btrim(lower(m.pending)) <> 'true'
            then coalesce(sum(case when l.state = 'done' then l.rows_visited else l.rows_estimated end), 0) / 10
          else 0
        end,
    coalesce(
      avg(l.seconds_per_row) filter (where l.state = 'active'),
      avg(l.seconds_per_row) filter (where l.act = 'change'),
      m.planned_seconds_per_row),
    sum(l.rows_per_second) filter (where l.state = 'active'),
    avg(sqrt(l.cost_variance) / l.seconds_per_row) filter (where l.state = 'active' and l.seconds_per_row > 0),
    ceil(coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.batch_size)::double precision * l.stripes / l.batch_size)
        filter (where l.state in ('queued', 'active')), 0)
      / greatest(count(*) filter (where l.state = 'active'), 1))
  into work_left.rows_left, work_left.seconds_per_row, work_left.rows_per_second, work_left.spread, work_left.batches_left
  from sluice.migration m
  left join sluice.lane l on l.migration_id = m.migration_id
  where m.migration_id = work_left.migration_id
  group by m.migration_id;
end
$$;

comment on function sluice.work_left(bigint) is 'Rows and batches still to come, the cost of a row and its spread, and the recent rate of all lanes together.';
