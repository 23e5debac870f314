-- sluice_internal.raises_without_rows(suffix, key, is_sweep): whether the change, or the predicate, raises over an
-- empty range, too: then an error is the fault of no row.
-- Called when:  a preview met an error that may be one of the definition. Runs with the session's rights.
-- Locks, writes: nothing.  Raises: transient errors.

create or replace function sluice_internal.raises_without_rows(suffix text, key text[], is_sweep boolean)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  raises boolean;
begin
  execute format(
    'select p.sluice_done = 0 from sluice_internal.%I($1, null, 1, 0, array[row($1, 0)::sluice_internal.cut], null, '
    'false, $2, null) as p',
    'pieces_' || suffix)
  into raises using key, is_sweep;
  return raises;
end
$$;

comment on function sluice_internal.raises_without_rows(text, text[], boolean) is
  'Whether the change, or the predicate, of a definition raises over an empty range, too.';
