-- sluice.changed_columns(migration): the columns that an update's SET list assigns, as far as their names can be read off it.
-- Called when:  defining and planning, for advice only.
-- Locks, writes: nothing.  Raises: nothing. Null for other kinds than update.

create or replace function sluice.changed_columns(migration sluice.migration)
returns text[]
language sql immutable
set search_path to pg_catalog, pg_temp
as $$
  select array_agg(coalesce(m.parts[1], lower(m.parts[2])))
  from regexp_matches(migration.changes[1], '(?:^|,)\s*(?:"((?:[^"]|"")+)"|([[:alpha:]_][[:alnum:]_$]*))\s*=(?!=)', 'g')
    as m (parts)
  where migration.kind = 'update'
$$;

comment on function sluice.changed_columns(sluice.migration) is 'The columns that an update assigns, for advice.';
