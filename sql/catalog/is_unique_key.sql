-- sluice_internal.is_unique_key(relation, columns): whether no two rows of a relation have the same values in these
-- columns, by a unique index.
-- Called when:  compiling, defining.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.is_unique_key(relation regclass, columns text[])
returns boolean
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select columns = '{ctid}' or exists (
    select
    from pg_index i
    where i.indrelid = relation and i.indisunique and i.indisvalid and i.indimmediate
      and i.indpred is null and i.indexprs is null
      and columns @> (
        select array_agg(a.attname::text)
        from unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts))
$$;

comment on function sluice_internal.is_unique_key(regclass, text[]) is
  'Whether a unique index says that rows differ in these columns.';
