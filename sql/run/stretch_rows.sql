-- sluice_internal.stretch_rows(relation): how many rows a stretch of a striped walk spans: about 10 MB of heap, so that
-- its pages stay in cache while the stripes pass over them.
-- Called when:  a striped lane is read for a batch.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.stretch_rows(relation regclass)
returns integer
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
begin
  return (
    select case
      when c.relpages > 0 and c.reltuples > 0
        then least(greatest(1280 * c.reltuples / c.relpages, 1000), 1000000)::integer
      else 80000
    end
    from pg_class c
    where c.oid = relation);
end
$$;

comment on function sluice_internal.stretch_rows(regclass) is
  'Rows in a stretch of a striped walk: about 1280 pages of the table.';
