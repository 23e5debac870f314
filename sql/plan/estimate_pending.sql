-- sluice.estimate_pending(migration): rows for which pending is true, by the planner's estimate. Nothing is executed.
-- Called when:  planning, in the owner's session.
-- Locks: the target, ACCESS SHARE.  Writes: nothing.
-- Raises: PostgreSQL's own errors when the predicate does not fit the table any more.

create or replace function sluice.estimate_pending(migration sluice.migration)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- the author's own predicate, in the author's session: @plpgsql_check_options: security_warnings = off
declare
  alias text;
  plan json;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  perform set_config('search_path',
    (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p), true);
  execute format(E'explain (format json) select from %s as %s where (%s\n)', migration.target, alias, migration.pending)
  into plan;
  return (plan #>> '{0,Plan,Plan Rows}')::bigint;
end
$$;

comment on function sluice.estimate_pending(sluice.migration) is
  'Rows of the target that the planner expects to be pending.';
