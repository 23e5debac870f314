-- sluice_internal.begin_pass(migration): creates the lanes of the next verification pass; returns how many.
-- Pass 1 sweeps every relation whole, as many rows as the walk met. A later pass sweeps the ranges that were walked
-- again after the pass before.
-- Called when:  all lanes are done. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: lanes, compiled functions of new partitions, the migration's state and pass.
-- Raises: nothing.

create or replace function sluice_internal.begin_pass(migration sluice_internal.migration)
returns bigint
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  created bigint;
begin
  if migration.pass = 0 then
    perform sluice_internal.compile_migration(migration.migration_id);
    insert into sluice_internal.lane (migration_id, relation, act, pass, batch_size, rows_estimated)
    select migration.migration_id, r.relation, 'sweep', 1,
      coalesce(migration.max_batch, p.max_batch),
      coalesce(
        (select greatest(sum(l.rows_visited - l.rows_deleted), 0) from sluice_internal.lane l
          where l.migration_id = migration.migration_id and l.relation = r.relation and l.act = 'change'
            and l.pass = 0),
        sluice_internal.estimate_rows(r.relation))
    from sluice_internal.leaf_relations(migration.target) as r
    cross join sluice.policy p;
  else
    insert into sluice_internal.lane (migration_id, relation, act, pass, batch_size, rows_estimated, lower, upper,
      cursor, found_keys,
      has_all_keys, rows_changed_before, key_order)
    select l.migration_id, l.relation, 'sweep', migration.pass + 1,
      coalesce(migration.max_batch, p.max_batch), l.rows_estimated, l.lower, l.upper, l.lower, l.found_keys,
      l.has_all_keys, l.rows_changed, l.key_order
    from sluice_internal.lane l
    cross join sluice.policy p
    where l.migration_id = migration.migration_id and l.act = 'change' and l.pass = migration.pass;
  end if;
  get diagnostics created = row_count;

  if created > 0 then
    update sluice_internal.migration m
    set state = 'verifying', state_reason = null, pass = m.pass + 1,
      verified_from = coalesce(m.verified_from, pg_current_snapshot())
    where m.migration_id = migration.migration_id;
  end if;
  return created;
end
$$;

comment on function sluice_internal.begin_pass(sluice_internal.migration) is
  'Creates the sweep lanes of the next verification pass and returns how many there are.';
