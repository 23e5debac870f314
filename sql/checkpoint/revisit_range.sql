-- sluice.revisit_range(lane, migration, result): a sweep found pending rows in its range: the range is walked once more,
-- or, when rows were already found pending here before and walked since, the migration fails and names them.
-- Called when:  checkpointing a sweep. Internal: runs with its caller's rights.
-- Locks: a neighbouring queued lane.  Writes: sluice.lane, sluice.event; the migration's state.  Raises: nothing.

create or replace function sluice.revisit_range(lane sluice.lane, migration sluice.migration, result sluice.batch_result)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  most_passes constant integer := 10;
  keys_kept constant integer := 1000;
  keys_named constant integer := 5;
  stubborn text[];
begin
  select array_agg(k.key) into stubborn
  from unnest(result.keys_pending) as k (key)
  where k.key = any (lane.found_keys);

  if stubborn is not null or lane.pass >= most_passes then
    perform sluice.record_event(lane.migration_id, 'stays_pending',
      format('%s row(s) of %s stay pending although they were visited twice', result.rows_pending, lane.relation),
      jsonb_build_object('sqlstate', 'SL021', 'relation', lane.relation, 'keys', coalesce(stubborn, result.keys_pending),
        'advice', case when stubborn is not null then sluice.pending_advice(migration) end));
    perform sluice.fail_migration(lane.migration_id,
      case
        when stubborn is not null then format(
          'rows of %s stay pending although they were visited twice, among them key %s (SL021): %s; '
          'or mend them and call sluice.retry(%4$L), or sluice.accept_remaining(%4$L)',
          lane.relation, array_to_string(stubborn[1:keys_named], ', '), sluice.pending_advice(migration), migration.name)
        else format(
          'the application writes pending rows faster than they are found; let it write converted rows, then call '
          'sluice.retry(%L)', migration.name)
      end);
    return;
  end if;

  update sluice.lane l
  set upper = result.upper, version = l.version + 1,
    rows_estimated = l.rows_estimated + result.rows_visited,
    found_keys = (l.found_keys || result.keys_pending)[1:keys_kept]
  where l.lane_id in (
    select n.lane_id from sluice.lane n
    where n.migration_id = lane.migration_id and n.relation = lane.relation and n.act = 'change' and n.pass = lane.pass
      and n.state = 'queued' and n.upper = result.lower
    for no key update skip locked);
  if not found then
    insert into sluice.lane (
      migration_id, relation, pass, lower, upper, cursor, found_keys, batch_size, rows_estimated)
    values (
      lane.migration_id, lane.relation, lane.pass, result.lower, result.upper, result.lower, result.keys_pending,
      least(greatest(result.rows_visited, 1), 1000), result.rows_visited);
  end if;
end
$$;

comment on function sluice.revisit_range(sluice.lane, sluice.migration, sluice.batch_result) is
  'Queues the range of a sweep that found pending rows for another walk, or fails when they are the same rows again.';
