-- sluice.sample_density(relation): rows a page, counted on a few pages at equal distances; for tables without statistics.
-- Called when:  planning, in the owner's session.
-- Locks: the relation, ACCESS SHARE.  Writes: nothing.  Raises: nothing of its own. Null for an empty table.

create or replace function sluice.sample_density(relation regclass)
returns numeric
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  pages_wanted constant integer := 10;
  pages bigint := pg_relation_size(relation) / current_setting('block_size')::bigint;
  page bigint;
  on_page bigint;
  rows_found bigint := 0;
  pages_read integer := 0;
begin
  for page in select distinct i * greatest(pages - 1, 0) / (pages_wanted - 1) from generate_series(0, pages_wanted - 1) as i loop
    exit when pages = 0;
    execute format('select count(*) from only %s as w where w.ctid >= $1 and w.ctid <= $2', relation)
    into on_page using format('(%s,0)', page)::tid, format('(%s,65535)', page)::tid;
    rows_found := rows_found + on_page;
    pages_read := pages_read + 1;
  end loop;
  return rows_found::numeric / nullif(pages_read, 0);
end
$$;

comment on function sluice.sample_density(regclass) is 'Rows a page of a table, counted on ten pages.';
