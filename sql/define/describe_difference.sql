-- sluice_internal.describe_difference(stored, given): which arguments of two definitions differ, for people.
-- Called when:  a definition is refused because its name is in use.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.describe_difference(stored jsonb, given jsonb)
returns text
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(
    string_agg(
      format('%s is %s, was %s', d.argument, coalesce(d.in_code::text, 'not given'),
        coalesce(d.in_database::text, 'not given')),
      '; ' order by d.argument),
    'none')
  from sluice_internal.find_differences(stored, given) as d
$$;

comment on function sluice_internal.describe_difference(jsonb, jsonb) is
  'The arguments in which two definitions differ, as text.';
