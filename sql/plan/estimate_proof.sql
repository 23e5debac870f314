-- sluice_internal.estimate_proof(planning, probed, size): how long the query takes that proves a run in one snapshot:
-- all rows at the cost that a visit had in the probes, or the table read at 200 MB/s, whichever is longer; less where
-- the planner expects an index to serve pending. What parallel workers save is not counted.
-- Called when:  planning, in the owner's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing.
-- Raises: PostgreSQL's own errors when the predicate does not fit the table any more. Null where there is no such
--   query.

create or replace function sluice_internal.estimate_proof(
  planning sluice_internal.planning, probed sluice_internal.probe_summary, size sluice_internal.target_size
)
returns interval
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  bytes_a_second constant double precision := 200000000;
  migration constant sluice_internal.migration := planning.migration;
  alias text;
  plan json;
  before jsonb;
  cost_of_pending double precision;
  cost_of_all double precision;
begin
  if migration.proof <> 'snapshot' or btrim(lower(migration.pending)) = 'true' then
    return null;
  end if;
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  perform set_config('search_path',
    (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
  before := sluice_internal.apply_settings(migration.settings);
  execute format(E'explain (format json) select from %s as %s where (%s\n)', migration.target, alias,
    migration.pending) into plan;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  cost_of_pending := (plan #>> '{0,Plan,Total Cost}')::double precision;
  perform sluice_internal.apply_settings(before);
  execute format('explain (format json) select from %s', migration.target) into plan;
  cost_of_all := (plan #>> '{0,Plan,Total Cost}')::double precision;
  return make_interval(secs => greatest(size.rows * coalesce(probed.seconds_a_visit, 0),
    size.table_bytes / bytes_a_second)
    * least(cost_of_pending / nullif(cost_of_all, 0), 1));
end
$$;

comment on function sluice_internal.estimate_proof(sluice_internal.planning, sluice_internal.probe_summary,
  sluice_internal.target_size) is
  'How long the query takes that proves a run in one snapshot; null where there is none.';
