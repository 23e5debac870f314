-- sluice_internal.open_rows(suffix, lower, upper): opens the cursor sluice_rows over the pending rows of a range,
-- locked, by the compiled function of that suffix. What the cursor sends to the application reads the same in every
-- session.
-- Called when:  a range is run whose rows go to a handler, and previewing it. Runs with the session's rights.
-- Locks: the rows, as they are fetched.  Writes: formats of the transaction.
-- Raises: whatever the author's predicate raises.

create or replace function sluice_internal.open_rows(suffix text, lower text[], upper text[])
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
begin
  perform set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
    set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true);
  execute format('select sluice_internal.%I($1, $2)', 'rows_' || suffix) using lower, upper;
end
$$;

comment on function sluice_internal.open_rows(text, text[], text[]) is
  'Opens the cursor over the rows of a handler''s range.';
