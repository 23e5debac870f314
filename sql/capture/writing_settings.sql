-- sluice_internal.writing_settings(): the settings under which PostgreSQL writes a predicate for a trigger's condition,
-- so that nothing of its constants is lost and each session reads them alike.
-- Called when:  a capture trigger's condition is written, and read again.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.writing_settings()
returns jsonb
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select jsonb_build_object('DateStyle', 'ISO, YMD', 'IntervalStyle', 'postgres', 'extra_float_digits', '1',
    'bytea_output', 'hex',
    'quote_all_identifiers', 'off')
$$;

comment on function sluice_internal.writing_settings() is
  'The settings under which a predicate is written for a trigger''s condition.';
