-- sluice_internal.squeeze_sql(given): an argument of define() as definitions are compared: white space counts once
-- outside of quotes, and not at all at the ends, so that a .sql file and a string in Swift may be indented as each
-- likes. Text in which quotes are not told apart so simply (escapes, dollar quotes, comments) is compared as it is.
-- Called when:  comparing definitions.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.squeeze_sql(given jsonb)
returns jsonb
language sql immutable
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
  select case
    when jsonb_typeof(given) = 'array' then (
      select jsonb_agg(sluice_internal.squeeze_sql(e.element) order by e.position)
      from jsonb_array_elements(given) with ordinality as e (element, position))
    when jsonb_typeof(given) = 'string' and given #>> '{}' !~ '[\\$]|--|/\*' then (
      select to_jsonb(btrim(coalesce(string_agg(case when m[1] ~ '^\s' then ' ' else m[1] end, ''), '')))
      from regexp_matches(given #>> '{}', '(''[^'']*''|"[^"]*"|\s+|[^''"\s]+|[''"])', 'g') as m)
    else given
  end
$$;

comment on function sluice_internal.squeeze_sql(jsonb) is
  'An argument of define() without white space that means nothing, for comparing.';
