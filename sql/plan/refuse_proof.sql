-- sluice_internal.refuse_proof(plan, planning): raises when the query that proves a run in one snapshot would take
-- longer than it may.
-- Called when:  scheduling, before anything is written.
-- Locks, writes: nothing.
-- Raises: SL016.

create or replace function sluice_internal.refuse_proof(plan sluice_internal.migration_plan,
  planning sluice_internal.planning)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  allowed constant interval := (planning.policy).proof_time;
begin
  if plan.proof > allowed then
    raise exception using
      errcode = 'SL016',
      message = format('the proof of migration "%s" takes longer than policy.proof_time', (planning.migration).name),
      detail = format('One query over the whole table takes about %s; it may take %s.',
        sluice_internal.readable_interval(extract(epoch from plan.proof)::double precision),
        sluice_internal.readable_interval(extract(epoch from allowed)::double precision)),
      hint = 'Define it with proof => ''ranges'', which proves each range in a snapshot of its own; '
        'or create an index on the rows that are pending; or, as an operator: update sluice.policy set proof_time = '
        '...;';
  end if;
end
$$;

comment on function sluice_internal.refuse_proof(sluice_internal.migration_plan, sluice_internal.planning) is
  'Raises SL016 when the proof in one snapshot would take longer than policy.proof_time.';
