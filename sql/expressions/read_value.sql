-- sluice_internal.read_value(value, sample): a value of the sample's type from its text, as write_value() wrote it. A
-- key is kept as text between batches, and each batch may run in a session with other settings. So text becomes a
-- value, and a value text, under fixed settings, whatever the session's or the definition's are. That also makes it
-- immutable, and lets the planner see a constant.
-- Called when:  a batch begins, by compiled functions, for types whose text depends on settings (key_columns).
-- Locks, writes: nothing.  Raises: whatever the type's input function raises.

create or replace function sluice_internal.read_value(value text, sample anyelement)
returns anyelement
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
-- text becomes whatever the sample is: @plpgsql_check_options: performance_warnings = off, other_warnings = off
begin
  sample := value;
  return sample;
end
$$;

-- sluice_internal.read_row(value, sample): the same for a composite type, which PL/pgSQL assigns field by field.

create or replace function sluice_internal.read_row(value text, sample anyelement)
returns anyelement
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
  -- a regtype is quoted where it must be: @plpgsql_check_options: security_warnings = off
  execute format('select ($1::%s).*', pg_typeof(sample)) into sample using value;
  return sample;
end
$$;

comment on function sluice_internal.read_value(text, anyelement) is
  'A value from its text, read under fixed settings; the counterpart of write_value().';
comment on function sluice_internal.read_row(text, anyelement) is
  'A row from its text, read under fixed settings; the counterpart of write_value().';
