-- sluice.better_stripes(stripes, updated, hot, is_possible): in how many stripes a lane goes on, by the share of its recent
-- updates that were HOT.
--
--   stripes that give less than a quarter do not work       -> 1
--   all but a quarter of one stripe: on full pages a whole one is not HOT -> half as many: the pages have room
--   less than three fifths, with few stripes                -> twice as many, up to 16
--   without stripes less than a quarter, where HOT is possible -> 8
--
-- Called when:  a stretch ended (judge_stripes). Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.better_stripes(stripes integer, updated bigint, hot bigint, is_possible boolean)
returns integer
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when stripes > 1 and hot < 0.25 * updated then 1
    when stripes > 1 and hot > (1 - 0.25 / stripes) * updated then stripes / 2
    when stripes between 2 and 8 and hot < 0.6 * updated then stripes * 2
    when stripes = 1 and is_possible and hot < 0.25 * updated then 8
    else stripes
  end
$$;

comment on function sluice.better_stripes(integer, bigint, bigint, boolean) is
  'In how many stripes a lane goes on, by how many of its recent updates were HOT.';
