-- sluice_internal.work_left(migration_id): rows that the lanes have still to visit, what such a row costs, how much
-- that varies (a standard deviation as a share of the cost), how many workers' time the lanes at work use, pauses
-- counted, and how many batches a lane at work has to do.
--
--   rows left  = estimated less visited, and a tenth of all rows for the verification that is still to come. A lane
--                that is not done has at least a twentieth of its estimate left, because there may be more rows than
--                were estimated.
--   the walk   = rows left at the cost of the lanes' recent batches, those beyond the estimate at the mean cost of the
--              run; where
--                most pending rows are ahead of the lanes (pace/pending_ahead.sql), these at the cost of a change, if
--                that is more: as the lanes' batches or else the plan's probes had it
--   its proof  = a sweep and a query over the whole target, each as long as the plan expects of the query; where it
--                expects nothing, a tenth of all rows at the cost of recent batches
--   cost       = the time of both / rows left
--
-- Called when:  planning, forecasting, rescheduling.
-- Locks, writes: nothing; reads the lanes, never the history.
-- Raises: nothing. The cost is what the plan measured before there are batches, and null without a plan.

create or replace function sluice_internal.work_left(
  migration_id bigint,
  out rows_left bigint,
  out seconds_per_row double precision,
  out busy_workers double precision,
  out spread double precision,
  out batches_left double precision
)
language plpgsql stable security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  together constant numeric := 1.2;
  migration sluice_internal.migration;
  lanes record;
  rows_to_verify bigint := 0;
  pending_share numeric;
  pending_left bigint;
  walk_seconds double precision;
  proof_seconds double precision;
begin
  select m.* into migration from sluice_internal.migration m where m.migration_id = work_left.migration_id;
  if not found then
    return;
  end if;
  select
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, l.rows_estimated / 20))
      filter (where l.state in ('queued', 'active')), 0)::bigint as rows_left,
    coalesce(sum(greatest(l.rows_estimated - l.rows_visited, 0)) filter (where l.state in ('queued', 'active')),
      0)::bigint
      as rows_known,
    sum(l.seconds_busy) / nullif(sum(l.rows_visited), 0) as mean_seconds_per_row,
    coalesce(sum(case when l.state = 'done' then l.rows_visited else l.rows_estimated end), 0)::bigint as all_rows,
    coalesce(sum(l.rows_visited), 0)::bigint as rows_visited,
    coalesce(sum(l.rows_changed), 0)::bigint as rows_changed,
    coalesce(avg(l.seconds_per_row) filter (where l.state = 'active'),
      avg(l.seconds_per_row) filter (where l.act = 'change')) as seconds_per_row,
    avg(l.seconds_per_change) as seconds_per_change,
    sum(l.busy_share) filter (where l.state = 'active') as busy_workers,
    avg(sqrt(l.cost_variance) / l.seconds_per_row) filter (where l.state = 'active'
      and l.seconds_per_row > 0) as spread,
    ceil(coalesce(sum(greatest(l.rows_estimated - l.rows_visited,
      l.batch_size)::double precision * l.stripes / l.batch_size)
        filter (where l.state in ('queued', 'active')), 0)
      / greatest(count(*) filter (where l.state = 'active'), 1)) as batches_left
  into lanes
  from sluice_internal.lane l
  where l.migration_id = work_left.migration_id;
  if migration.pass = 0 and btrim(lower(migration.pending)) <> 'true' then
    rows_to_verify := lanes.all_rows / 10;
  end if;
  rows_left := lanes.rows_left + rows_to_verify;
  busy_workers := lanes.busy_workers;
  spread := lanes.spread;
  batches_left := lanes.batches_left;
  seconds_per_row := coalesce(lanes.seconds_per_row, migration.planned_seconds_per_row);
  if rows_left = 0 or lanes.seconds_per_row is null then
    return;
  end if;

  walk_seconds := lanes.rows_known * seconds_per_row
    + (lanes.rows_left - lanes.rows_known) * coalesce(lanes.mean_seconds_per_row, seconds_per_row);
  proof_seconds := rows_to_verify * seconds_per_row;
  if migration.pass = 0 then
    pending_share := least(migration.pending_estimated / nullif(migration.rows_estimated, 0)::numeric, 1);
    pending_left := sluice_internal.pending_ahead(lanes.rows_visited, lanes.rows_left, lanes.rows_changed,
      pending_share);
    if pending_left > together * pending_share * lanes.rows_left then
      walk_seconds := greatest(walk_seconds,
        pending_left * coalesce(lanes.seconds_per_change, migration.planned_seconds_per_change));
    end if;
    if rows_to_verify > 0 then
      proof_seconds := coalesce(2 * extract(epoch from migration.planned_proof), proof_seconds);
    end if;
  end if;
  seconds_per_row := (walk_seconds + proof_seconds) / rows_left;
end
$$;

comment on function sluice_internal.work_left(bigint) is
  'Rows and batches still to come, the cost of a row and its spread, and how many workers'' time the lanes use.';
