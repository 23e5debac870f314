-- sluice.estimate_work(plan, planning, probed, size): the plan with what there is to do: rows to visit, rows to change.
-- What probes found goes before the planner's guess where they found enough: a column that was just added has no
-- statistics, and the planner takes "is null" for rare. Of a run that was begun before, several lanes have done their beginnings, where
-- probes are likely to look; so what is left is pending in no smaller a share than the first plan found.
-- Called when:  planning, in the owner's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing.
-- Raises: PostgreSQL's own errors when the predicate does not fit the table any more.

create or replace function sluice.estimate_work(
  plan sluice.migration_plan, planning sluice.planning, probed sluice.probe_summary, size sluice.target_size
)
returns sluice.migration_plan
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  enough_found constant integer := 20;
  enough_visited constant integer := 100;
begin
  plan.rows_estimated := size.rows;
  if size.never_analyzed then
    plan.how_estimated := 'rows by the density of a few pages';
  else
    plan.how_estimated := format('rows by statistics%s and present size', to_char(size.analyzed_at, ' "of" YYYY-MM-DD HH24:MI'));
  end if;
  if planning.rows_left is not null then
    plan.rows_estimated := least(planning.rows_left, plan.rows_estimated + plan.rows_estimated / 10);
    plan.how_estimated := plan.how_estimated || ', less what was done before';
  end if;

  if btrim(lower((planning.migration).pending)) = 'true' then
    plan.pending_estimated := plan.rows_estimated;
    plan.how_estimated := plan.how_estimated || '; all are pending';
  elsif probed.rows_pending >= enough_found or (size.never_analyzed and probed.rows_visited >= enough_visited) then
    plan.pending_estimated := round(
      plan.rows_estimated * least((probed.rows_pending + 1)::numeric / probed.rows_visited, 1));
    plan.how_estimated := plan.how_estimated || format('; pending by %s of %s rows probed at %s place(s)',
      probed.rows_pending, probed.rows_visited, probed.places);
  else
    plan.pending_estimated := least(sluice.estimate_pending(planning.migration), plan.rows_estimated);
    plan.how_estimated := plan.how_estimated || '; pending by the planner''s estimate';
  end if;
  if planning.rows_left is not null then
    plan.pending_estimated := greatest(plan.pending_estimated, least(plan.rows_estimated, round(
      plan.rows_estimated::numeric * (planning.migration).pending_estimated / nullif((planning.migration).rows_estimated, 0))));
  end if;
  return plan;
end
$$;

comment on function sluice.estimate_work(
  sluice.migration_plan, sluice.planning, sluice.probe_summary, sluice.target_size) is
  'The plan with its rows to visit and to change, and how they were estimated.';
