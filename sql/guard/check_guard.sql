-- Trigger check_guard on sluice.guard: a guard that cannot be read is refused when it is written, and not found out
-- at night. The expressions are tried as a reading will run them, with the rights of the owner of schema sluice.
-- Locks, writes: what the expressions do.  Raises: SL009, with PostgreSQL's error in the detail.

create or replace function sluice_internal.check_guard()
returns trigger
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
-- only the owner of schema sluice writes a guard's measure: @plpgsql_check_options: security_warnings = off
declare
  reading double precision;
begin
  execute format('select (%s)::double precision', new.measure) into reading using 'sluice.guard'::regclass::oid,
    new.exempt;
  if new.culprit is not null then
    execute format('select (%s)::text', new.culprit) using 'sluice.guard'::regclass::oid, new.exempt;
  end if;
  if new.remedy is not null then
    execute format('select (%s)::text', new.remedy) using 'sluice.guard'::regclass::oid, new.exempt;
  end if;
  if reading = 'NaN' then
    raise exception using errcode = 'numeric_value_out_of_range', message = 'its measure is not a number';
  end if;
  return new;
exception when assert_failure or others then
  raise exception using
    errcode = 'SL009',
    message = format('guard "%s" cannot be read', new.name),
    detail = format('%s (SQLSTATE %s).', sqlerrm, sqlstate),
    hint = 'measure is an SQL expression that gives a number, or null where there is nothing to measure; $1 is the '
      'oid of the target. '
      'A subquery stands in parentheses.';
end
$$;

comment on function sluice_internal.check_guard() is 'Raises SL009 when the measure of a guard cannot be read.';

create or replace trigger check_guard
  before insert or update of measure, culprit, remedy on sluice.guard
  for each row when (not sluice_internal.is_restoring()) execute function sluice_internal.check_guard();
