-- sluice_internal.fails_everywhere(work, result, done, last, quarantined, may_defer): whether rows at other places of
-- the lane fail, too. Some rows behind the key done are tried one by one, a little further on, in the middle and at
-- three quarters; what they change is rolled back.
-- Called when:  every row of a careful batch failed with an error that a setting or a function which is gone can be the
--   cause of.
-- Runs with the session's rights.
-- Locks: the rows that are tried.  Writes: nothing that stays.
-- Raises: transient errors of the author's SQL.

create or replace function sluice_internal.fails_everywhere(
  work sluice_internal.lane_work, result sluice_internal.batch_result, done text[], last text[], may_defer boolean
)
returns boolean
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  rows_a_place constant integer := 5;
  places text[] := array(
    select c.key::text from unnest(sluice_internal.cut_range(work, done, last, 25, 4)) as c where c.key <> last);
  middle text[];
  place text[];
  range sluice_internal.cut;
  tried sluice_internal.tried_pieces;
  fails boolean := true;
begin
  for i in 1 .. 2 loop
    execute format('select sluice_internal.%I($1, $2)', 'middle_' || work.functions) into middle using coalesce(middle,
      done), last;
    exit when middle is null;
    places := places || middle::text;
  end loop;

  begin
    for place in select p.key::text[] from unnest(places) as p (key) loop
      foreach range in array sluice_internal.cut_range(work, place, last, 1, rows_a_place) loop
        execute format('select * from sluice_internal.%I($1, null, $2, $3, $4, $5, $6, $7, $8)',
          'pieces_' || work.functions)
        into tried.result, tried.done, tried.failure, tried.attempted
        using place, work.stripes, work.stripe, array[range], work.quarantined, may_defer, work.act = 'sweep', result;
        fails := fails and not (tried.done = 1 and (work.act = 'sweep' or work.kind = 'statements'
          or (tried.result).rows_changed > result.rows_changed));
        place := range.key;
      end loop;
      exit when not fails;
    end loop;
    raise exception using errcode = 'SL090', message = 'a trial was rolled back', hint = 'Report this.';
  exception when sqlstate 'SL090' then
    null;
  end;
  return fails;
end
$$;

comment on function sluice_internal.fails_everywhere(sluice_internal.lane_work, sluice_internal.batch_result, text[],
  text[], boolean) is
  'Whether rows at other places of a lane fail like those of its batch; what is tried is rolled back.';
