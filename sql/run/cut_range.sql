-- sluice_internal.cut_range(work, lower, upper, part_rows, parts): the pieces of part_rows rows behind lower, at most
-- so many; the last one ends at upper, if the range does not go on. Rows with one key are never parted.
-- Called when:  a batch is run carefully. Runs with the session's rights.
-- Locks, writes: nothing.  Raises: whatever the key's operators raise.

create or replace function sluice_internal.cut_range(
  work sluice_internal.lane_work, lower text[], upper text[], part_rows integer, parts integer
)
returns sluice_internal.cut[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  found_cuts sluice_internal.cut[];
  cuts sluice_internal.cut[] := array[]::sluice_internal.cut[];
  cut sluice_internal.cut;
begin
  execute format('select sluice_internal.%I($1, $2, $3, $4)', 'cuts_' || work.functions)
  into found_cuts using lower, upper, part_rows, parts;
  foreach cut in array found_cuts loop
    if cut.key = (cuts[cardinality(cuts)]).key then
      cut.rows := cut.rows + (cuts[cardinality(cuts)]).rows;
      cuts := trim_array(cuts, 1);
    end if;
    cuts := cuts || cut;
  end loop;
  return cuts;
end
$$;

comment on function sluice_internal.cut_range(sluice_internal.lane_work, text[], text[], integer, integer) is
  'Keys that end pieces of so many rows in a range.';
