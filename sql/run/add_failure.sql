-- sluice_internal.add_failure(result, lower, key, sqlstate, message, ...): the result of a batch with one more row that
-- could not be migrated.
-- Called when:  a driver has found a row for which a handler fails, after run and before checkpoint.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.add_failure(
  result sluice_internal.batch_result,
  lower text[],
  key text[],
  sqlstate text,
  message text,
  detail text default null,
  hint text default null,
  context text default null,
  constraint_name text default null
)
returns sluice_internal.batch_result
language plpgsql immutable
set search_path to pg_catalog, pg_temp
as $$
begin
  result.failures := result.failures
    || row(lower, key, 1, sqlstate, message, detail, hint, context, constraint_name)::sluice_internal.failed_row;
  return result;
end
$$;

comment on function sluice_internal.add_failure(sluice_internal.batch_result, text[], text[], text, text, text, text,
  text, text) is
  'The result of a batch with one more row that could not be migrated, for checkpoint().';
