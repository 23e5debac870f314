-- sluice_internal.capture_names(migration_id): what the capture trigger of a migration and its function are called,
-- said here alone. Triggers fire in the order of their names: zz, so that this one sees what the others made of the
-- row; and all digits of a number, so that of two migrations the one that was defined first comes first. The function's
-- name is its prefix and eight digits that nobody can foresee: whoever may create functions in the schema could take
-- another name, or keep it locked in an open transaction.
-- Called when:  a capture trigger is made, looked for or told of; by view captures, for each trigger whose function's
--   name has such digits.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.capture_names(migration_id bigint, out trigger_name text,
  out function_prefix text,
  out function_pattern text)
returns record
language sql immutable strict
set search_path to pg_catalog, pg_temp
as $$
  select format('zz_sluice_capture_%s', lpad(migration_id::text, 19, '0')), format('sluice_capture_%s_', migration_id),
    format('^sluice_capture_%s_[0-9a-f]{8}$', migration_id)
$$;

comment on function sluice_internal.capture_names(bigint) is
  'The names of a migration''s capture trigger and of its function.';
