-- sluice_internal.list_compiled(): the functions that migrations were compiled to, with the migration and the relation
-- that their names tell.
-- Called when:  functions that are not needed any more are dropped. Internal: runs with its caller's rights.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.list_compiled()
returns table (function regprocedure, migration_id bigint, relation_id bigint)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select p.oid::regprocedure, n.numbers[1]::bigint, n.numbers[2]::bigint
  from pg_proc p
  cross join regexp_match(p.proname, '^[a-z]+_([0-9]{1,18})_([0-9]{1,10})(?:_blocks)?$') as n (numbers)
  where p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and n.numbers is not null
$$;

comment on function sluice_internal.list_compiled() is 'The functions that migrations were compiled to.';
