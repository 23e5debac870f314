-- sluice_internal.estimate_cost(plan, planning, probed, size, blocker): the plan with its costs: time, batch, WAL,
-- growth. A rolled-back probe cannot show what stripes do, because nothing is pruned in its own transaction. So the
-- share of HOT updates of a striped walk, and what a HOT update saves, are models, fitted to measurements
-- (docs/performance.md):
--
--   HOT share          0.92 * (1 - 1 / stripes); 0.9 where the key is random in the heap; else as probed
--   cost of a HOT one  1 / (1 + 0.5 * (indexes - 1)) of one that is not HOT; its WAL 1 / (1.4 + 0.2 * indexes)
--   visit              as probed, in the order of the key; at most 0.15 us, where the walk is by blocks and the key is
--                      random
--   WAL                as probed, but a page is written whole once only, where the key is random each probed row has
--                      its own
--   growth             of the table as updates are not HOT; where the driver vacuums, two thirds of that, and at most
--                      2.5 * vacuum_share where few are HOT
--   a row              stripes * visit + change * share pending + two visits of the sweep + its part of a batch
--
-- Called when:  planning. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.estimate_cost(
  plan sluice_internal.migration_plan, planning sluice_internal.planning, probed sluice_internal.probe_summary,
  size sluice_internal.target_size,
  blocker regclass
)
returns sluice_internal.migration_plan
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
declare
  seconds_of_engine constant double precision := 0.0006;
  -- where no probe showed what a change costs
  first_batch constant integer := 1000;
  migration sluice_internal.migration := planning.migration;
  policy sluice.policy := planning.policy;
  rows double precision := greatest(plan.rows_estimated, 1);
  share double precision := plan.pending_estimated / rows;
  visit double precision := coalesce(probed.seconds_a_visit, 0.0000005);
  visit_by_page constant double precision := 0.00000015;
  visit_of_sweep double precision := visit;
  change double precision := coalesce(probed.seconds_a_change,
    case migration.kind when 'handler' then 0.001 else 0.00001 end);
  batch double precision := coalesce(probed.seconds_a_batch, 0.0005) + seconds_of_engine;
  most_rows integer := coalesce(migration.max_batch, policy.max_batch);
  rows_a_batch double precision;
  hot_probed double precision := coalesce(probed.rows_hot::double precision / nullif(probed.rows_updated, 0), 0);
  hot double precision := hot_probed;
  cost_of_hot double precision := 1 / (1 + 0.5 * greatest(size.indexes - 1, 0));
  wal_of_hot double precision := 1 / (1.4 + 0.2 * size.indexes);
  updated double precision;
begin
  if plan.stripes > 1 and blocker is null then
    hot := 0.92 * least(1 - 1.0 / plan.stripes, greatest(291.0 * size.pages / greatest(size.rows, 1) - 1, 0));
  elsif blocker is null and probed.rows_updated > 0 and probed.pages > 0.3 * probed.rows_visited
    and migration.walk <> 'blocks' and size.pages < 0.5 * plan.rows_estimated
  then
    hot := greatest(0.9, hot_probed);
  end if;
  if plan.walk = 'blocks' and migration.walk <> 'blocks' then
    visit := least(visit, visit_by_page);
  end if;
  change := change * (1 - hot + hot * cost_of_hot) / (1 - hot_probed + hot_probed * cost_of_hot);

  rows_a_batch := (extract(epoch from coalesce(migration.batch_time, policy.batch_time)) - batch)
    / greatest(visit + change * share / plan.stripes, 0.000000001);
  rows_a_batch := least(greatest(rows_a_batch, least(coalesce(migration.min_batch, policy.min_batch), most_rows)),
    most_rows);
  if plan.stripes > 1 then
    rows_a_batch := least(rows_a_batch, greatest(ceil(1280 * rows / greatest(size.pages, 1)), 1000));
  end if;
  plan.batch_size := case when probed.seconds_a_change is null then least(rows_a_batch, first_batch)
    else rows_a_batch end;

  plan.seconds_per_row := coalesce(planning.seconds_per_row,
    plan.stripes * (visit + batch / rows_a_batch) + change * share
    + case when btrim(lower(migration.pending)) = 'true' then 0 else 2 * visit_of_sweep end);

  updated := plan.pending_estimated * probed.rows_updated / greatest(probed.rows_pending, 1)::double precision;
  plan.hot_share := case when probed.rows_updated > 0 then round(hot::numeric, 2) end;
  plan.table_growth_bytes := updated * (1 - hot) * size.table_bytes / greatest(size.rows, 1);
  if policy.vacuum_share > 0 and size.may_vacuum then
    plan.table_growth_bytes := least(plan.table_growth_bytes * 2 / 3,
      case when hot < 0.5 then 2.5 * policy.vacuum_share * size.table_bytes end);
  end if;
  plan.index_growth_bytes := updated * (1 - hot) * size.index_bytes / greatest(size.rows, 1);
  plan.wal_bytes := least(
    plan.pending_estimated * probed.wal_bytes_a_change
      * (1 - hot + hot * wal_of_hot) / (1 - hot_probed + hot_probed * wal_of_hot),
    plan.pending_estimated * (200 + 100 * size.indexes + 2.0 * size.table_bytes / greatest(size.rows, 1))
      + least(size.table_bytes, plan.pending_estimated * (1 + size.indexes) * (size.table_bytes / greatest(size.pages,
        1))));
  return plan;
end
$$;

comment on function sluice_internal.estimate_cost(
  sluice_internal.migration_plan, sluice_internal.planning, sluice_internal.probe_summary, sluice_internal.target_size,
  regclass) is
  'The plan with cost of a row, batch size, WAL, growth and share of HOT updates.';
