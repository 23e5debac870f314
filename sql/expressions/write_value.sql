-- sluice_internal.write_value(value): the text of a value, under fixed settings, as read_value() reads it; null for
-- null.
-- Called when:  a batch ends, and for keys of pending rows, by compiled functions, for types whose text depends on
--   settings.
-- Locks, writes: nothing.  Raises: nothing of its own.

create or replace function sluice_internal.write_value(value anyelement)
returns text
language plpgsql immutable parallel safe
set search_path to pg_catalog, pg_temp
set datestyle to 'ISO, YMD'
set intervalstyle to 'postgres'
set timezone to 'UTC'
set extra_float_digits to 1
set bytea_output to 'hex'
set lc_monetary to 'C'
set array_nulls to on
set xmloption to content
set quote_all_identifiers to off
as $$
begin
  -- format() writes by the type's output function, where a cast to text may be somebody's own
  return case when value is distinct from null then format('%s', value) end;
end
$$;

comment on function sluice_internal.write_value(anyelement) is
  'The text of a value, written under fixed settings; the counterpart of read_value().';
