-- sluice.estimate_body(relation, alias, columns, key_range, pending): the body of an estimate_ function.
-- It counts the rows of a range on $3 pages at equal distances, of all pages of the table, or of those in the range where the
-- key is a place. So it is right for any distribution of the keys, counts neither rows behind the range nor beyond it, and
-- needs no statistics. A table of at most $3 pages is counted. Until $4 it also counts which of the rows are pending, on pages
-- in an order that is spread over the table; null: not at all.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice.estimate_body(
  relation regclass, alias text, columns text[], key_range text, pending text
)
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
declare
  sluice_pages bigint := pg_relation_size(%1$L::regclass) / current_setting('block_size')::bigint;
  sluice_first bigint := %4$s;
  sluice_end bigint := %5$s;
  sluice_wanted bigint := least($3, sluice_end - sluice_first);
  sluice_stride bigint := case when sluice_wanted %% 61 = 0 then 1 else 61 end;
  sluice_page bigint;
  sluice_page_begin tid;
  sluice_page_end tid;
  sluice_judges boolean := false;
  sluice_counted bigint;
  sluice_pending bigint;
  sluice_found bigint := 0;
begin
  rows_sampled := 0;
  pending_sampled := 0;
  for i in 1 .. sluice_wanted loop
    sluice_page := sluice_first
      + (2 * (i * sluice_stride %% sluice_wanted) + 1) * (sluice_end - sluice_first) / (2 * sluice_wanted);
    sluice_page_begin := format('(%%s,0)', sluice_page);
    sluice_page_end := format('(%%s,65535)', sluice_page);
    sluice_judges := coalesce(clock_timestamp() < $4, false);
    select count(*), count(*) filter (where sluice_judges and (%6$s
      )) into sluice_counted, sluice_pending
    from only %1$s as %2$s
    where %2$s.ctid >= sluice_page_begin and %2$s.ctid <= sluice_page_end and %3$s;
    sluice_found := sluice_found + sluice_counted;
    if sluice_judges then
      rows_sampled := rows_sampled + sluice_counted;
      pending_sampled := pending_sampled + sluice_pending;
    end if;
  end loop;
  rows_estimated := coalesce(ceil(sluice_found::numeric * (sluice_end - sluice_first) / nullif(sluice_wanted, 0)), 0);
end$body$,
    relation, alias, key_range,
    case when columns = '{ctid}' then $place$coalesce(split_part(trim('(' from ($1)[1]), ',', 1)::bigint, 0)$place$
      else '0' end,
    case when columns = '{ctid}'
      then $place$least(sluice_pages, 1 + split_part(trim('(' from ($2)[1]), ',', 1)::bigint)$place$
      else 'sluice_pages' end,
    pending)
$$;

comment on function sluice.estimate_body(regclass, text, text[], text, text) is
  'Returns the body of the function that estimates the rows of a range by a sample of pages.';
