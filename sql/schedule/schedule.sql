-- sluice.schedule(name, within, ...): plans a migration and schedules it, or raises before anything is written.
-- A cancelled migration goes on where it was. With immediately there is no deadline and no pause.
-- Called by: the migration's owner, in a session logged in as such, since probes run its SQL. Others who may edit the
--   table sluice.schedule insert there, without a plan.
-- Locks: the rows of a probe, for its time; then the migration's row.
-- Writes: the migration's row, its schedule, its lanes.
-- Raises: SL002, SL006, SL007, SL009 for arguments that can never be right; SL010 when the deadline cannot be met, with
--   the numbers in detail and one that can in hint; SL016 when its proof takes longer than policy.proof_time; SL013 on
--   a standby.

create or replace function sluice.schedule(
  name text,
  within interval default null,
  starting timestamptz default now(),
  workers integer default 1,
  priority integer default 0,
  during text[] default '{}',
  immediately boolean default false
)
returns sluice_internal.migration_plan
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice_internal.planning := sluice_internal.read_planning(name);
  proposed sluice.schedule;
  drawn sluice_internal.drawn_plan;
begin
  perform sluice_internal.require_schedulable(planning.migration);
  proposed := sluice_internal.proposed_schedule(name, within, workers, during, starting, priority, immediately);
  drawn := sluice_internal.draw_plan(name, proposed);
  perform sluice_internal.refuse_deadline(drawn.plan, proposed);
  perform sluice_internal.refuse_proof(drawn.plan, planning);
  perform sluice_internal.write_schedule(proposed, drawn);
  return drawn.plan;
end
$$;

comment on function sluice.schedule(text, interval, timestamptz, integer, integer, text[], boolean) is
  'Plans a migration and schedules it; raises SL010 when the deadline cannot be met. Returns the plan.';
