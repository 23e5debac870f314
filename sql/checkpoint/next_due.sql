-- sluice_internal.next_due(owner_id): when a worker of this owner should claim again after a batch that is followed by
-- a pause: when the first of the owner's lanes is due. A worker that knows it does not ask in vain, which costs as much
-- as a claim that finds a lane. Lanes that others have in hand, or that something holds, were due already; then the
-- claim is asked, as ever.
-- Called when:  checkpointing. Internal: runs with its caller's rights.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.next_due(owner_id oid)
returns timestamptz
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select min(case when l.state = 'active' then l.due_at else now() end)
    from sluice_internal.migration m
    join sluice_internal.lane l on l.migration_id = m.migration_id
    where m.owner_id = next_due.owner_id
      and m.state in ('scheduled', 'running', 'verifying')
      and l.state in ('queued', 'active'));
end
$$;

comment on function sluice_internal.next_due(oid) is 'When the first lane of an owner is due, whoever has it in hand.';
