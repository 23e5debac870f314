-- sluice_internal.find_differences(stored, given): the arguments in which two definitions differ. No row: they are the
-- same.
-- Called when:  a definition is given for a name in use, and when drift is looked for: the one comparison there is.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.find_differences(stored jsonb, given jsonb)
returns table (argument text, in_database jsonb, in_code jsonb)
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select k.argument, stored -> k.argument, given -> k.argument
  from jsonb_object_keys(stored || given) as k (argument)
  where sluice_internal.squeeze_sql(stored -> k.argument) is
    distinct from sluice_internal.squeeze_sql(given -> k.argument)
  order by k.argument
$$;

comment on function sluice_internal.find_differences(jsonb, jsonb) is
  'The arguments in which two definitions differ, with both values.';
