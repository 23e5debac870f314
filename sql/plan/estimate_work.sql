-- sluice_internal.estimate_work(plan, planning, probed, size): the plan with what there is to do: rows to visit, rows
-- to change. What the sample found goes before the planner's guess where it found enough, or where statistics are
-- doubtful: a column that was just added has no statistics, and the planner takes "is null" for rare. Probes do where
-- the sample's rows could not be judged; of a run that was begun before they are likely to look where lanes have been,
-- so what is left is then pending in no smaller a share than the first plan found.
-- Called when:  planning, in the owner's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing.
-- Raises: PostgreSQL's own errors when the predicate does not fit the table any more.

create or replace function sluice_internal.estimate_work(
  plan sluice_internal.migration_plan, planning sluice_internal.planning, probed sluice_internal.probe_summary,
  size sluice_internal.target_size
)
returns sluice_internal.migration_plan
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  enough_found constant integer := 20;
  enough_visited constant integer := 100;
  collected_at constant text := to_char(size.analyzed_at, ' "of" YYYY-MM-DD HH24:MI');
  is_doubtful constant boolean := size.never_analyzed or size.contradicted;
begin
  -- a sample may miss the few pages that have rows
  plan.rows_estimated := greatest(size.rows, probed.rows_visited / greatest(probed.places, 1));
  plan.how_estimated := case
    when size.never_analyzed then 'rows by a sample of pages'
    when size.contradicted then format('rows by a sample of pages, other than by statistics%s', collected_at)
    else format('rows by statistics%s and a sample of pages', collected_at)
  end;
  if planning.rows_left is not null then
    plan.rows_estimated := least(planning.rows_left, plan.rows_estimated + plan.rows_estimated / 10);
    plan.how_estimated := plan.how_estimated || ', less what was done before';
  end if;

  if btrim(lower((planning.migration).pending)) = 'true' then
    plan.pending_estimated := plan.rows_estimated;
    plan.how_estimated := plan.how_estimated || '; all are pending';
  elsif size.rows_sampled > 0 and size.rows_sampled >= size.rows then
    plan.pending_estimated := least(size.pending_sampled, plan.rows_estimated);
    plan.how_estimated := plan.how_estimated || '; pending were counted';
  elsif size.pending_sampled >= enough_found or (is_doubtful and size.rows_sampled >= enough_visited) then
    -- of the whole table, of which those that are done are not pending
    plan.pending_estimated := least(plan.rows_estimated,
      ceil(size.rows * greatest(size.pending_share, 1.0 / size.rows_sampled)));
    plan.how_estimated := plan.how_estimated || format('; pending by %s of %s rows sampled',
      size.pending_sampled, size.rows_sampled);
  elsif probed.rows_pending >= enough_found or (is_doubtful and probed.rows_visited >= enough_visited) then
    plan.pending_estimated := round(
      plan.rows_estimated * least((probed.rows_pending + 1)::numeric / probed.rows_visited, 1));
    plan.how_estimated := plan.how_estimated || format('; pending by %s of %s rows probed at %s place(s)',
      probed.rows_pending, probed.rows_visited, probed.places);
    if planning.rows_left is not null then
      plan.pending_estimated := greatest(plan.pending_estimated, least(plan.rows_estimated, round(
        plan.rows_estimated::numeric
          * (planning.migration).pending_estimated / nullif((planning.migration).rows_estimated, 0))));
    end if;
  else
    plan.pending_estimated := least(
      sluice_internal.estimate_pending(planning.migration, plan.rows_estimated),
      case when size.rows_sampled >= enough_visited
        then ceil(plan.rows_estimated * (size.pending_sampled + 1.0) / size.rows_sampled) end);
    plan.how_estimated := plan.how_estimated || '; pending by the planner''s estimate';
  end if;
  return plan;
end
$$;

comment on function sluice_internal.estimate_work(
  sluice_internal.migration_plan, sluice_internal.planning, sluice_internal.probe_summary,
  sluice_internal.target_size) is
  'The plan with its rows to visit and to change, and how they were estimated.';
