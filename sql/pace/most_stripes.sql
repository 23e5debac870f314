-- sluice_internal.most_stripes(rows_a_page): how many stripes are of use where pages hold so many rows.
-- A page has room for a limited number of line pointers, 291 where it is 8 kB (MaxHeapTuplesPerPage). A HOT update
-- takes another one for its row, and the old one stays as a redirection. So of n rows on a page 291 - n at most can be
-- updated so, however many stripes there are. Of k stripes all but the first can be; so more than the k for which 1 -
-- 1/k is that share only cost visits.
-- Called when:  planning, and when a lane's stripes are judged. Pure.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.most_stripes(rows_a_page double precision)
returns integer
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select case
    when h.share < 0.25 then 1
    when h.share <= 0.5 then 2
    when h.share <= 0.75 then 4
    when h.share <= 0.875 then 8
    else 16
  end
  from (
    select floor((current_setting('block_size')::integer - 24) / 28) / greatest(rows_a_page, 1) - 1 as share) as h
$$;

comment on function sluice_internal.most_stripes(double precision) is
  'How many stripes are of use where pages hold so many rows; a page has a limited number of line pointers.';
