-- sluice_internal.estimate_pending(migration, rows): how many of so many rows are pending, by the share that the
-- planner expects: its own number of rows may be far off where statistics are old. Nothing is executed.
-- Called when:  planning, in the owner's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing.
-- Raises: PostgreSQL's own errors when the predicate does not fit the table any more.

create or replace function sluice_internal.estimate_pending(migration sluice_internal.migration, rows bigint)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  alias text;
  plan json;
  plan_of_all json;
  before jsonb;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  perform set_config('search_path',
    (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
  before := sluice_internal.apply_settings(migration.settings);
  execute format(E'explain (format json) select from %s as %s where (%s\n)', migration.target, alias, migration.pending)
  into plan;
  perform sluice_internal.apply_settings(before), set_config('search_path', 'pg_catalog, pg_temp', true);
  execute format('explain (format json) select from %s', migration.target) into plan_of_all;
  return ceil(rows * least((plan #>> '{0,Plan,Plan Rows}')::numeric
    / greatest((plan_of_all #>> '{0,Plan,Plan Rows}')::numeric, 1), 1));
end
$$;

comment on function sluice_internal.estimate_pending(sluice_internal.migration, bigint) is
  'Returns how many of so many rows are pending, in the share that the planner expects.';
