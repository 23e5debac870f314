-- sluice_internal.report_staying(migration): fails a run whose sweep found rows pending although they had been visited
-- twice: how many they are, some of their keys, and what to do. Returns whether there were any.
-- Called when:  a pass is complete. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: sluice_internal.event; the migration's state.  Raises: nothing.

create or replace function sluice_internal.report_staying(migration sluice_internal.migration)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  keys_kept constant integer := 1000;
  keys_named constant integer := 5;
  relations text;
  rows_staying bigint;
  keys text[];
  advice text;
begin
  select string_agg(distinct l.relation::text, ', '), sum(l.rows_staying),
    (select array_agg(k.key order by k.key) from (
      select unnest(s.keys_staying) as key from sluice_internal.lane s
      where s.migration_id = migration.migration_id limit keys_kept) as k)
  into relations, rows_staying, keys
  from sluice_internal.lane l
  where l.migration_id = migration.migration_id and l.rows_staying > 0;
  if rows_staying is null then
    return false;
  end if;
  advice := sluice_internal.pending_advice(migration, (
    select sum(l.rows_changed_before) = 0 from sluice_internal.lane l
    where l.migration_id = migration.migration_id and l.rows_staying > 0));

  perform sluice_internal.record_event(migration.migration_id, 'stays_pending',
    format('%s row(s) of %s stay pending although they were visited twice', rows_staying, relations),
    jsonb_build_object('sqlstate', 'SL021', 'relation', relations, 'rows', rows_staying, 'keys', keys, 'advice',
      advice));
  perform sluice_internal.fail_migration(migration.migration_id, format(
    '%s row(s) of %s stay pending although they were visited twice, among them key %s (SL021): %s; '
    'or mend them and call sluice.retry(%5$L), or sluice.accept_remaining(%5$L)',
    rows_staying, relations, array_to_string(keys[1:keys_named], ', '), advice, migration.name),
    format('%s row(s) of %s stay pending although they were visited twice (SL021)', rows_staying, relations));
  return true;
end
$$;

comment on function sluice_internal.report_staying(sluice_internal.migration) is
  'Fails a run in which rows stay pending although they were visited twice, and names them; false when there are none.';
