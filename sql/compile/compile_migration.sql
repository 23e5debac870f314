-- sluice_internal.compile_migration(migration_id): creates the functions of a migration for each leaf relation that
-- lacks them, or again for all; those for a walk by blocks only once a plan chose that.
-- Called when:  registering, scheduling, and when verification meets a new partition; again in a copy. Internal: runs
--   with its caller's rights, which are those of the owner of schema sluice.
-- Locks: functions that are made again, since PostgreSQL 15.20.  Writes: functions in schema sluice, executable by the
--   migration's owner alone.
-- Raises: nothing of its own.

create or replace function sluice_internal.compile_migration(migration_id bigint, again boolean default false)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
set check_function_bodies to off
set quote_all_identifiers to off
as $$
-- settings are quoted one by one, the body as a literal: @plpgsql_check_options: security_warnings = off
declare
  migration sluice_internal.migration;
  relation regclass;
  by_blocks boolean;
  compiled record;
  functions regprocedure[];
begin
  select m.* into strict migration from sluice_internal.migration m
  where m.migration_id = compile_migration.migration_id;

  for relation, by_blocks in
    select l.relation, w.by_blocks
    from sluice_internal.leaf_relations(migration.target) as l
    cross join unnest(case when migration.planned_by_blocks then array[false, true]
      else array[false] end) as w (by_blocks)
    where again or to_regproc(format('sluice_internal.change_%s_%s%s', migration.migration_id, l.relation::oid,
      case when w.by_blocks then '_blocks' end)) is null
    union all
    -- a partitioned table holds no row, but is what the proof looks at
    select c.oid, false
    from pg_class c
    where c.oid = migration.target and c.relkind = 'p'
      and (again or to_regproc(format('sluice_internal.prove_%s_%s', migration.migration_id, c.oid)) is null)
  loop
    functions := '{}';
    for compiled in select * from sluice_internal.compiled_functions(migration, relation, by_blocks) loop
      execute format(
        'create or replace function sluice_internal.%I(%s) returns %s language plpgsql set plan_cache_mode to '
        'force_custom_plan %s as %L',
        compiled.name, compiled.arguments, compiled.returns, compiled.settings, compiled.body);
      functions := functions || to_regproc(format('sluice_internal.%I', compiled.name))::regprocedure;
    end loop;
    if to_regproc(format('sluice_internal.change_%s_%s', migration_id, relation::oid)) is not null then
      execute format('comment on function sluice_internal.%I is %L',
        format('change_%s_%s', migration_id, relation::oid), relation);
    end if;
    perform sluice_internal.grant_compiled(compile_migration.migration_id, functions);
  end loop;
end
$$;

comment on function sluice_internal.compile_migration(bigint, boolean) is
  'Creates the functions that a definition compiles to, for each leaf relation that lacks them.';
