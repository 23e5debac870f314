-- sluice_internal.drop_compiled(): drops compiled functions that no migration needs any more: those of migrations that
-- were forgotten or cleaned up, and of tables that were dropped. Those of some tables a call, whole tables only: each
-- DROP holds a lock to the end of the transaction, and a migration of thousands of partitions would fill the lock table
-- of the server. Those of a migration that exists are dropped in sessions of its owner or of the owner of schema
-- sluice. A function that an object of a user depends on, such as a view over it, stays as long as that object.
-- Called when:  cleaning up, until nothing is left; forgetting, once; by keep_house(), which does the rest.
-- Locks: the functions, skipping those that another session drops at the time; the migration's row, skipping those that
--   others hold.
-- Writes: the functions.  Raises: nothing: an error of one table is recorded (fail_maintenance), and the others have
--   their turn. Returns how many it dropped: none means that none is left, or that another session does it.

create or replace function sluice_internal.drop_compiled(relations_a_call integer default 20)
returns bigint
language plpgsql security definer
set search_path to pg_catalog, pg_temp
set lock_timeout to '10ms'
as $$
declare
  unused record;
  dropped bigint := 0;
begin
  for unused in
    select c.migration_id, c.relation_id, m.migration_id is not null as is_known, array_agg(c.function) as functions
    from sluice_internal.list_compiled() as c
    left join sluice_internal.migration m on m.migration_id = c.migration_id
    where (m.migration_id is null
      -- rows of others are not locked: this transaction may stay open
      or (m.owner_id = sluice_internal.role_id(session_user)
        or pg_has_role(session_user, sluice_internal.schema_owner(), 'usage'))
        and (m.cleaned_at is not null
          or not exists (select from pg_class r where r.oid = c.relation_id)
            -- whose name the functions tell
            and not exists (
              select from sluice_internal.lane l where l.migration_id = c.migration_id
                and l.relation::oid = c.relation_id)))
      and not exists (
        select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = c.function::oid)
    group by c.migration_id, c.relation_id, is_known
    -- so that tables whose functions cannot be dropped keep none of the others from their turn
    order by random()
    limit relations_a_call
  loop
    if unused.is_known then
      -- restart() makes them again
      perform from sluice_internal.migration m
      where m.migration_id = unused.migration_id
        and (m.cleaned_at is not null or not exists (select from pg_class r where r.oid = unused.relation_id))
      for no key update skip locked;
      continue when not found;
    end if;
    begin
      execute format('drop function %s', array_to_string(unused.functions, ', '));
      dropped := dropped + cardinality(unused.functions);
    exception
      when lock_not_available or undefined_function or internal_error or dependent_objects_still_exist then
        -- another session drops them, did so since they were listed, or made an object that depends on one
        null;
      when others then
        perform sluice_internal.fail_maintenance(null, sqlstate, sqlerrm);
    end;
  end loop;
  return dropped;
end
$$;

comment on function sluice_internal.drop_compiled(integer) is
  'Drops compiled functions that no migration needs any more, of some tables a call; returns how many.';
