-- sluice_internal.sampled_pages(relation, wanted, lower, upper): the first and the last place on each of so many pages
-- of a table, at equal distances, of which each stands for pages_apiece; all of them, where it has no more. With the
-- bounds of a range of places only pages in it. They come in an order that is spread over the table, so that the first
-- ones are a sample as well.
-- Called when:  estimating, by compiled functions.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.sampled_pages(relation regclass, wanted integer, lower text, upper text)
returns table (page_begin tid, page_end tid, pages_apiece numeric)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format('(%s,0)', p.page)::tid, format('(%s,65535)', p.page)::tid, s.pages::numeric / s.wanted::numeric
  from (
    select r.first_page, r.end_page - r.first_page as pages, least(wanted, r.end_page - r.first_page) as wanted
    from (
      select coalesce(split_part(trim('(' from lower), ',', 1)::bigint, 0) as first_page,
        least(t.pages, coalesce(split_part(trim('(' from upper), ',', 1)::bigint + 1, t.pages)) as end_page
      from (
        select pg_relation_size(relation) / current_setting('block_size')::bigint as pages) as t) as r) as s
  cross join generate_series(1, s.wanted) as i
  cross join lateral (
    select s.first_page
      + (2 * (i * case when s.wanted % 61 = 0 then 1 else 61 end % s.wanted) + 1) * s.pages / (2 * s.wanted) as page)
        as p
  order by i
$$;

comment on function sluice_internal.sampled_pages(regclass, integer, text, text) is
  'Returns places of pages at equal distances, in an order that is spread over the table.';
