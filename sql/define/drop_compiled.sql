-- sluice.drop_compiled(migration_id): drops the functions that a migration was compiled to.
-- Called when:  cleaning up, forgetting, adopting a copy. Internal: runs with its caller's rights.
-- Locks, writes: the functions.  Raises: nothing of its own.

create or replace function sluice.drop_compiled(migration_id bigint)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  compiled regprocedure;
begin
  for compiled in
    select p.oid::regprocedure
    from pg_proc p
    where p.pronamespace = 'sluice'::regnamespace
      and p.proname ~ format('^(last|bound|cuts|suspects|leap|change|pieces|name|sweep|prove|middle|pending|estimate|rows|apply)_%s_[0-9]+(_blocks)?$', migration_id)
  loop
    execute format('drop function %s', compiled);
  end loop;
end
$$;

comment on function sluice.drop_compiled(bigint) is 'Drops the functions that a migration was compiled to.';
