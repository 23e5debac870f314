-- sluice_internal.pending_body(migration, relation, alias, key): the body of a pending_ function: the first pending
-- rows of a range: their keys, where their present versions lie, and what they hold.
-- Called when:  compiling.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.pending_body(migration sluice_internal.migration, relation regclass,
  alias text, key sluice_internal.key_column[])
returns text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select format(
    $body$
#variable_conflict use_column
begin
  select pg_catalog.array_agg(w.key order by w.position), pg_catalog.array_agg(w.version order by w.position),
    pg_catalog.array_agg(w.content order by w.position)
  into sluice_keys, sluice_versions, sluice_contents
  from (
    select array[%1$s]::text as key, %2$s.ctid::text as version, pg_catalog.to_jsonb(%2$s) as content,
      row_number() over (order by %3$s) as position
    from only %4$s as %2$s
    where %5$s and (%6$s
    )
    order by %3$s
    limit $3) as w;
end$body$,
    array_to_string(sluice_internal.key_list(key, 'written'), ', '), alias,
    array_to_string(sluice_internal.key_list(key, 'ordered'), ', '),
    relation, sluice_internal.batch_range(key), migration.pending)
$$;

comment on function sluice_internal.pending_body(sluice_internal.migration, regclass, text,
  sluice_internal.key_column[]) is
  'The body of the function that finds the first pending rows of a range, for a preview.';
