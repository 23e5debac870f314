-- sluice_internal.identity_columns(target): the columns by which a handler's change names its row: the primary key, or
-- ctid, where the row lies, for a table without one. The batch has the row locked, so that it stays there.
-- Called when:  compiling, and when changes are applied.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.identity_columns(target regclass)
returns text[]
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(
    (
      select array_agg(a.attname::text order by k.position)
      from pg_index i
      cross join unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where i.indrelid = target and i.indisprimary and k.position <= i.indnkeyatts),
    '{ctid}')
$$;

comment on function sluice_internal.identity_columns(regclass) is
  'The columns by which a handler''s change names its row: the primary key, or ctid.';
