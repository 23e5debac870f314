-- sluice_internal.raise_failure(failure): raises an error that was caught, as it was.
-- Called when:  running carefully found that an error is not one of a row.
-- Locks, writes: nothing.
-- Raises: that error.

create or replace function sluice_internal.raise_failure(failure sluice_internal.failed_row)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  raise exception using
    errcode = failure.sqlstate,
    message = failure.message,
    detail = coalesce(failure.detail, ''),
    hint = coalesce(failure.hint, ''),
    constraint = coalesce(failure.constraint_name, '');
end
$$;

comment on function sluice_internal.raise_failure(sluice_internal.failed_row) is
  'Raises an error again that was caught.';
