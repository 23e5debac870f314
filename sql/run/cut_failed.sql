-- sluice_internal.cut_failed(work, lower, range, attempted): where to cut a range in which a row failed.
-- The number of rows of the target that were updated or deleted before the error came tells where it was
-- (suspects_body), and the range is cut before and behind that row: then a failing row costs half of its piece in work
-- done in vain. Where nothing tells, attempted being null, or the guess is wrong, the range is cut in four, and so on
-- down to the key: that costs 5/8 of the piece, half of it when the row is met first, 3/32 in its quarter, 3/128 in the
-- quarter of that ...
-- Called when:  a batch is run carefully. Runs with the session's rights.
-- Locks, writes: nothing.  Raises: whatever the key's operators raise. Returns the range itself when it has but one
--   key.

create or replace function sluice_internal.cut_failed(
  work sluice_internal.lane_work, lower text[], range sluice_internal.cut, attempted bigint
)
returns sluice_internal.cut[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  parts constant integer := 4;
  cuts sluice_internal.cut[];
begin
  if work.by_blocks and range.rows = 1 and range.key[1] not like '%,65535)' then
    -- the place of a row, not the end of a block; and where one row is not sure, two are said
    return array[range];
  end if;
  if attempted >= 0 and range.rows > 1 then
    begin
      execute format('select sluice_internal.%I($1, $2, $3, $4, $5)', 'suspects_' || work.functions)
      into cuts using lower, range.key, work.stripes, work.stripe, attempted;
      if cardinality(cuts) > 1 then
        -- about so many rows were visited before it
        cuts[1].rows := greatest(least(attempted * work.stripes, range.rows - 1), 2);
      end if;
    exception when assert_failure or others then
      -- the predicate itself may be what fails for that row
      cuts := null;
    end;
  end if;
  if cuts is null then
    cuts := sluice_internal.cut_range(work, lower, range.key, greatest(ceil(range.rows::numeric / parts), 1)::integer,
      parts);
  end if;
  if (cuts[1]).key = range.key and range.rows > 1 then
    -- most rows have one key, but perhaps not all
    cuts := sluice_internal.cut_range(work, lower, range.key, 1, 2);
  end if;
  if (cuts[cardinality(cuts)]).key <> range.key then
    range.rows := greatest(range.rows - (select sum(c.rows) from unnest(cuts) as c), 2);
    cuts := cuts || range;
  end if;
  return cuts;
end
$$;

comment on function sluice_internal.cut_failed(sluice_internal.lane_work, text[], sluice_internal.cut, bigint) is
  'The parts of a range in which a row failed, cut where that probably was.';
