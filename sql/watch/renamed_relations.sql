-- sluice_internal.renamed_relations(migration_id): which tables of a migration are called otherwise than when it was
-- compiled, for people. It names them in its SQL, so its batches fail until they have their names again.
-- Called when:  sluice.stuck is read, for a migration that is paused.
-- Locks, writes: nothing.  Raises: nothing; null when there are none.

create or replace function sluice_internal.renamed_relations(migration_id bigint)
returns text
language sql stable security definer
set search_path to pg_catalog, pg_temp
-- as when the names were written; looking a name up may raise an error
set quote_all_identifiers to off
as $$
  select string_agg(format('%s is called %s now', r.name, r.relation), ', ' order by r.name)
  from sluice_internal.migration m
  cross join lateral (
    select m.target as relation, m.definition ->> 'target' as name
    union
    select l.relation, obj_description(to_regproc(format('sluice_internal.change_%s_%s', m.migration_id,
      l.relation::oid)),
      'pg_proc')
    from sluice_internal.leaf_relations(m.target) as l) as r
  join pg_class c on c.oid = r.relation
  where m.migration_id = renamed_relations.migration_id
    and r.name <> r.relation::text
$$;

comment on function sluice_internal.renamed_relations(bigint) is
  'Returns which tables of a migration were renamed, for people; or null.';
