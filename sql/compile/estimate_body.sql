-- sluice_internal.estimate_body(relation, alias, columns, key_range, pending): the body of an estimate_ function.
-- It counts the rows of a range on $3 pages (catalog/sampled_pages.sql). So it is right for any distribution of the
-- keys, counts neither rows before the range nor beyond it, and needs no statistics; a table of at most $3 pages is
-- counted. Until $4 it also counts which of the rows are pending; null: not at all.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.estimate_body(
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
  sluice_place record;
  sluice_judges boolean;
  sluice_counted bigint;
  sluice_pending bigint;
  sluice_found numeric := 0;
begin
  rows_estimated := 0;
  rows_sampled := 0;
  pending_sampled := 0;
  for sluice_place in select * from sluice_internal.sampled_pages(%1$L::pg_catalog.regclass, $3, %4$s) loop
    sluice_judges := coalesce(pg_catalog.clock_timestamp() operator(pg_catalog.<) $4, false);
    select pg_catalog.count(*), pg_catalog.count(*) filter (where sluice_judges and (%5$s
      )) into sluice_counted, sluice_pending
    from only %1$s as %2$s
    where %2$s.ctid operator(pg_catalog.>=) sluice_place.page_begin
      and %2$s.ctid operator(pg_catalog.<=) sluice_place.page_end and %3$s;
    sluice_found := sluice_found operator(pg_catalog.+) sluice_counted::pg_catalog.numeric;
    rows_estimated := pg_catalog.ceil(sluice_found operator(pg_catalog.*) sluice_place.pages_apiece);
    if sluice_judges then
      rows_sampled := rows_sampled operator(pg_catalog.+) sluice_counted;
      pending_sampled := pending_sampled operator(pg_catalog.+) sluice_pending;
    end if;
  end loop;
end$body$,
    relation, alias, key_range, case when columns = '{ctid}' then '($1)[1], ($2)[1]' else 'null, null' end, pending)
$$;

comment on function sluice_internal.estimate_body(regclass, text, text[], text, text) is
  'Returns the body of the function that estimates the rows of a range by a sample of pages.';
