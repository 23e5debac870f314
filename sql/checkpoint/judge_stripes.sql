-- sluice_internal.judge_stripes(lane, migration, policy): the lane with another number of stripes, where walk is auto
-- and the share of HOT updates since it was judged last says that the plan's number does not work. Between two
-- stretches only, so that the cursor says all there is to say.
-- A lane is judged after 20,000 updates. One without stripes is judged again only when it has done as much as before,
-- at least 200,000: each trial costs a stretch or two, so there are few of them. None is made where an index on a
-- changed column, a small batch, a transaction that has been open for a minute, or few pending rows would make it fail;
-- nor where the plan wanted none: in a heap in random order of the key few updates are HOT until each page has been met
-- once, most later, and stripes would visit pages for a row each.
-- Called when:  checkpointing, after the cursor moved. Internal: runs with its caller's rights.
-- Locks: nothing more.  Writes: an event when the number changes.  Raises: nothing.

create or replace function sluice_internal.judge_stripes(lane sluice_internal.lane, migration sluice_internal.migration,
  policy sluice.policy)
returns sluice_internal.lane
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  updated bigint := lane.rows_updated - lane.rows_updated_judged;
  hot bigint := lane.rows_hot - lane.rows_hot_judged;
  most integer := 1;
  before integer := lane.stripes;
begin
  if migration.walk <> 'auto' or lane.act <> 'change' or lane.state <> 'active' or lane.careful is not null
    or lane.stretch_upper is not null or updated < 20000
    or (lane.stripes = 1 and lane.rows_updated_judged > 0 and updated < greatest(lane.rows_updated_judged, 200000))
  then
    return lane;
  end if;

  if lane.stripes > 1 or (
    hot < 0.25 * updated
    and migration.planned_stripes > 1
    and lane.rows_changed >= 0.1 * lane.rows_visited
    and coalesce(migration.max_batch, policy.max_batch) >= 5000
    and sluice_internal.hot_blocker(migration, lane.relation) is null
    and not exists (
      select from pg_stat_activity a
      where (a.backend_xmin is not null or a.backend_xid is not null) and a.pid <> pg_backend_pid()
        and a.xact_start < clock_timestamp() - interval '1 minute'))
  then
    -- few were planned because rows are narrow; pages look emptier once rows have left them, but are as full of line
    -- pointers
    most := case
      when migration.planned_stripes < 8 then migration.planned_stripes
      else (select sluice_internal.most_stripes(c.reltuples / greatest(c.relpages, 1)) from pg_class c
        where c.oid = lane.relation)
    end;
  end if;
  lane.stripes := sluice_internal.better_stripes(lane.stripes, updated, hot, most);
  lane.rows_updated_judged := lane.rows_updated;
  lane.rows_hot_judged := lane.rows_hot;
  if lane.stripes <> before then
    perform sluice_internal.record_event(lane.migration_id, 'stripes_changed',
      format('lane %s of %s %s in %s stripe(s) instead of %s, because %s %% of its last %s updates were HOT',
        lane.lane_id, lane.relation, case when lane.stripes > before then 'tries again how it goes' else 'goes on' end,
        lane.stripes, before, round(100.0 * hot / updated), updated),
      jsonb_build_object('lane_id', lane.lane_id, 'stripes', lane.stripes, 'before', before));
  end if;
  return lane;
end
$$;

comment on function sluice_internal.judge_stripes(sluice_internal.lane, sluice_internal.migration, sluice.policy) is
  'The lane with another number of stripes, where walk is auto and the measured share of HOT updates asks for it.';
