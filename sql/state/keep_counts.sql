-- Trigger keep_counts on sluice_internal.lane: what lanes counted stays with the migration when they are removed, by
-- retry or by cleanup, so that sluice.progress goes on from there. restart() begins again from nothing.
-- Locks, writes: the rows of their migrations.  Raises: nothing.

create or replace function sluice_internal.keep_counts()
returns trigger
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  update sluice_internal.migration m
  set rows_visited = coalesce(m.rows_visited, 0) + counted.rows_visited,
    rows_changed = coalesce(m.rows_changed, 0) + counted.rows_changed
  from (
    select l.migration_id,
      coalesce(sum(l.rows_visited) filter (where l.act = 'change' and l.pass = 0), 0) as rows_visited,
      sum(l.rows_changed) as rows_changed
    from lanes_removed l
    group by l.migration_id) as counted
  where m.migration_id = counted.migration_id;
  return null;
end
$$;

comment on function sluice_internal.keep_counts() is 'Adds what removed lanes have counted to their migration.';

create or replace trigger keep_counts
  after delete on sluice_internal.lane
  referencing old table as lanes_removed
  for each statement execute function sluice_internal.keep_counts();
