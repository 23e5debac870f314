-- sluice_internal.better_stripes(stripes, updated, hot, most): in how many stripes a lane goes on, by the share of its
-- recent updates that were HOT.
--
--   stripes that give less than a quarter do not work       -> 1
--   all but a quarter of one stripe: on full pages a whole one is not HOT -> half as many: the pages have room
--   less than three fifths, with 2 or 4                     -> twice as many, if that is of use; 16 would give a
--                                                           sixteenth more
--                                                              than 8, which is not what is missing then
--   without stripes less than a quarter                     -> 8, or what is of use
--
-- Called when:  a stretch ended (judge_stripes). Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.better_stripes(stripes integer, updated bigint, hot bigint, most integer)
returns integer
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when stripes > 1 and hot < 0.25 * updated then 1
    when stripes > 1 and hot > (1 - 0.25 / stripes) * updated then stripes / 2
    when stripes in (2, 4) and hot < 0.6 * updated and stripes * 2 <= most then stripes * 2
    when stripes = 1 and hot < 0.25 * updated then least(8, most)
    else stripes
  end
$$;

comment on function sluice_internal.better_stripes(integer, bigint, bigint, integer) is
  'In how many stripes a lane goes on, by how many of its recent updates were HOT.';
