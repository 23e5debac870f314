-- sluice_internal.sum_probes(probes): what all probes of a plan say together.
-- Costs are medians, so that one cold or disturbed place does not decide.
-- Called when:  planning. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.sum_probes(probes sluice_internal.probe[])
returns sluice_internal.probe_summary
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select
    count(p.rows_visited),
    coalesce(sum(p.rows_visited), 0),
    coalesce(sum(p.rows_pending), 0),
    coalesce(sum(p.rows_changed), 0),
    coalesce(sum(p.rows_left), 0),
    coalesce(sum(p.rows_updated), 0),
    coalesce(sum(p.rows_hot), 0),
    coalesce(sum(p.pages), 0),
    percentile_cont(0.5) within group (order by p.fixed_seconds),
    percentile_cont(0.5) within group (order by greatest(p.visit_seconds - p.fixed_seconds, 0) / nullif(p.rows_visited,
      0)),
    percentile_cont(0.5) within group (
      order by greatest(p.change_seconds - p.visit_seconds, 0) / nullif(p.rows_pending, 0)),
    percentile_cont(0.5) within group (order by p.wal_bytes / nullif(p.rows_pending, 0)),
    array_agg(distinct format('%s: %s', p.relation, p.problem)) filter (where p.problem is not null)
  from unnest(probes) as p
$$;

comment on function sluice_internal.sum_probes(sluice_internal.probe[]) is
  'Counts and median costs of a plan''s probes.';
