-- sluice.describe_difference(stored, given): which arguments of two definitions differ, for people.
-- Called when:  a definition is refused because its name is in use.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.describe_difference(stored jsonb, given jsonb)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(
    string_agg(
      format('%s is %s, was %s', key, coalesce((given -> key)::text, 'not given'), coalesce((stored -> key)::text, 'not given')),
      '; ' order by key),
    'none')
  from jsonb_object_keys(stored || given) as key
  where stored -> key is distinct from given -> key
$$;

comment on function sluice.describe_difference(jsonb, jsonb) is 'The arguments in which two definitions differ, as text.';
