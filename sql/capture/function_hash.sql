-- sluice_internal.function_hash(function): what a function does, and under which settings, as an MD5; not whose it is,
-- and who may call it.
-- Called when:  a capture trigger is written down and compared; by view captures.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.function_hash(function oid)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select md5(format('%s %s %s %L %L', p.proname, l.lanname, p.prosecdef, p.proconfig, p.prosrc))
  from pg_proc p
  join pg_language l on l.oid = p.prolang
  where p.oid = function
$$;

comment on function sluice_internal.function_hash(oid) is 'What a function does, and under which settings, as an MD5.';
