-- sluice_internal.draw_plan(name, schedule): the plan of a migration for a proposed schedule, and the rows of its leaf
-- relations. A small table that is to be worked off at full speed is not probed: there is nothing to decide, and a note
-- says so.
-- Called when:  plan() and schedule(), in a session of the migration's owner.
-- Locks: the rows of a probe, for its time, waiting at most 100 ms.  Writes: nothing that stays.
-- Raises: SL002, SL006 when the compiled functions are gone, SL007.

create or replace function sluice_internal.draw_plan(name text, schedule sluice.schedule)
returns sluice_internal.drawn_plan
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  pages_worth_a_probe constant bigint := 1000;
  planning sluice_internal.planning := sluice_internal.read_planning(name);
  migration sluice_internal.migration := planning.migration;
  size sluice_internal.target_size;
  probed sluice_internal.probe_summary;
  blocker regclass;
  walk_note text;
  plan sluice_internal.migration_plan;
  leaves sluice_internal.relation_rows[];
begin
  perform sluice_internal.require_owner_session(migration.owner);
  if not planning.compiled then
    raise exception using
      errcode = 'SL006',
      message = format('cannot plan migration "%s": its compiled functions are gone', migration.name),
      detail = format('It is %s; cleanup drops them.', migration.state),
      hint = format('To run it again: select sluice.restart(%L);', migration.name);
  end if;

  leaves := array(select e from sluice_internal.estimate_target(migration) as e);
  size := sluice_internal.measure_target(migration.target, leaves);
  probed := sluice_internal.sum_probes(
    case when not schedule.immediately or size.pages > pages_worth_a_probe
    then array(select p from sluice_internal.probe_migration(planning) as p) end);
  blocker := sluice_internal.hot_blocker(migration, size.largest);

  plan := sluice_internal.estimate_work(plan, planning, probed, size);
  select c.walk, c.stripes, c.note into plan.walk, plan.stripes, walk_note
  from sluice_internal.choose_walk(planning, probed, plan, size, blocker, schedule.immediately) as c;
  plan := sluice_internal.estimate_cost(plan, planning, probed, size, blocker);
  plan := sluice_internal.fit_plan(plan, schedule, planning.policy);
  plan.seconds_per_row := to_char(plan.seconds_per_row, '9.99EEEE')::double precision;
  plan.pause := sluice_internal.round_interval(plan.pause);
  plan.full_speed := sluice_internal.round_interval(plan.full_speed);
  plan.planned := sluice_internal.round_interval(plan.planned);
  plan.holds := planning.hold;
  plan.proof := sluice_internal.round_interval(sluice_internal.estimate_proof(planning, probed, size));
  plan.notes := array_remove(array[walk_note], null) || sluice_internal.advise(plan, planning, probed, size, blocker);
  return row(plan, leaves, probed.seconds_a_change);
end
$$;

comment on function sluice_internal.draw_plan(text, sluice.schedule) is
  'Measures, chooses walk and batch, and says whether a proposed schedule can be kept.';
