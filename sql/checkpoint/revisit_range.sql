-- sluice_internal.revisit_range(lane, migration, result): a sweep found pending rows in its range: the range is walked
-- once more. Rows that were found pending here before, and walked since, are counted; they make the run fail once no
-- range is left to be walked again (report_staying), so that all of them are known. They are told by their keys, of
-- which a range keeps a thousand. Where a range has more, or keys are ctids, which change with each update, what is
-- pending in it is taken for the same rows: so none is visited more than twice. Ranges are joined only as long as all
-- of their keys are kept.
-- Called when:  checkpointing a sweep. Internal: runs with its caller's rights.
-- Locks: a neighbouring queued lane.  Writes: sluice_internal.lane; the migration's state.  Raises: nothing.

create or replace function sluice_internal.revisit_range(lane sluice_internal.lane, migration sluice_internal.migration,
  result sluice_internal.batch_result)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_passes constant integer := 10;
  keys_kept constant integer := 1000;
  all_kept constant boolean := migration.key_columns <> '{ctid}'
    and cardinality(result.keys_pending) = result.rows_pending;
  stubborn text[];
begin
  select array_agg(k.key) into stubborn
  from unnest(result.keys_pending) as k (key)
  where k.key = any (lane.found_keys);

  if stubborn is not null or lane.pass > 1 and not lane.has_all_keys then
    update sluice_internal.lane l
    set rows_staying = l.rows_staying + result.rows_pending,
      keys_staying = (l.keys_staying || coalesce(stubborn, result.keys_pending))[1:keys_kept]
    where l.lane_id = lane.lane_id;
    return;
  elsif lane.pass >= most_passes then
    perform sluice_internal.fail_migration(lane.migration_id, format(
      'the application writes pending rows faster than they are found; let it write converted rows, then call '
      'sluice.retry(%L)',
      migration.name), 'the application writes pending rows faster than they are found');
    return;
  end if;

  update sluice_internal.lane l
  set upper = result.upper, version = l.version + 1,
    rows_estimated = l.rows_estimated + result.rows_visited,
    found_keys = l.found_keys || result.keys_pending, has_all_keys = l.has_all_keys and all_kept
  where l.lane_id in (
    select n.lane_id from sluice_internal.lane n
    where n.migration_id = lane.migration_id and n.relation = lane.relation and n.act = 'change' and n.pass = lane.pass
      and n.state = 'queued' and n.upper = result.lower
      and cardinality(n.found_keys) + cardinality(result.keys_pending) <= keys_kept
    for no key update skip locked);
  if not found then
    insert into sluice_internal.lane (
      migration_id, relation, pass, lower, upper, cursor, found_keys, has_all_keys, key_order, batch_size,
      rows_estimated)
    values (
      lane.migration_id, lane.relation, lane.pass, result.lower, result.upper, result.lower, result.keys_pending,
      all_kept,
      lane.key_order, least(greatest(result.rows_visited, 1), 1000), result.rows_visited);
  end if;
end
$$;

comment on function sluice_internal.revisit_range(sluice_internal.lane, sluice_internal.migration,
  sluice_internal.batch_result) is
  'Queues the range of a sweep that found pending rows for another walk, or counts those that are the same rows again.';
