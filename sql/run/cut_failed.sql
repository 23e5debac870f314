-- sluice.cut_failed(work, lower, range, rows_attempted): where to cut a range in which a row failed.
-- Where rows of the target were updated or deleted before the error came, their number tells about where it was: after so
-- many rows of the stripe in key order, give or take, since a hash picks them. So the range is cut before and behind that
-- place, and the failing row is found at once: a failing row then costs half of its piece in work done in vain. Where that
-- tells little, the range is cut in four, and so on down to the key: that costs 5/8 of the piece, half of it when the row is
-- met first, 3/32 in its quarter, 3/128 in the quarter of that ...
-- Called when:  a batch is run carefully. Runs with the session's rights.
-- Locks, writes: nothing.  Raises: whatever the key's operators raise. Returns the range itself when it has but one key.

create or replace function sluice.cut_failed(
  work sluice.lane_work, lower text[], range sluice.cut, rows_attempted bigint
)
returns sluice.cut[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  parts constant integer := 4;
  margin integer := 2 * sqrt(rows_attempted * work.stripes * (work.stripes - 1));
  rows_before integer := greatest(rows_attempted * work.stripes - margin, 0);
  cuts sluice.cut[];
begin
  if rows_before > 0 and rows_before < range.rows and 2 * margin < range.rows / parts then
    cuts := sluice.cut_range(work, lower, range.key, rows_before, 1);
    if (cuts[1]).key <> range.key then
      cuts := cuts || sluice.cut_range(work, (cuts[1]).key, range.key, 2 * margin + 1, 1);
    end if;
  else
    cuts := sluice.cut_range(work, lower, range.key, greatest(ceil(range.rows::numeric / parts), 1)::integer, parts);
  end if;
  if (cuts[1]).key = range.key and range.rows > 1 then
    -- most rows have one key, but perhaps not all
    cuts := sluice.cut_range(work, lower, range.key, 1, 2);
  end if;
  if (cuts[cardinality(cuts)]).key <> range.key then
    range.rows := greatest(range.rows - (select sum(c.rows) from unnest(cuts) as c), 1);
    cuts := cuts || range;
  end if;
  return cuts;
end
$$;

comment on function sluice.cut_failed(sluice.lane_work, text[], sluice.cut, bigint) is
  'The parts of a range in which a row failed, cut where that probably was.';
