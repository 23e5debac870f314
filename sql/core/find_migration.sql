-- sluice_internal.find_migration(name): the migration of that name.
-- Called when:  anything is asked of a migration by name. Internal: runs with its caller's rights.
-- Locks, writes: nothing.
-- Raises: SL002.

create or replace function sluice_internal.find_migration(name text)
returns sluice_internal.migration
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration;
  -- none has a longer one, to compare which would take long, and a message is to be read
  asked constant text := left(name, 63);
  similar_name text;
begin
  select m.* into migration from sluice_internal.migration m where m.name = find_migration.name;
  if not found then
    -- the one that begins and ends most alike, for half of the name at least
    select m.name into similar_name
    from sluice_internal.migration m
    cross join lateral (
      select count(*) filter (where left(m.name, n) = left(asked, n))
        + count(*) filter (where right(m.name, n) = right(asked, n)) as letters
      from generate_series(1, length(asked)) as n) as alike
    where 2 * alike.letters >= length(asked)
    order by alike.letters desc, m.name
    limit 1;
    raise exception using
      errcode = 'SL002',
      message = format('there is no migration %s', coalesce('"' || asked || '"', 'null')),
      hint = case
        when similar_name is not null then format('Did you mean "%s"? select name from sluice.progress; lists all.',
          similar_name)
        else 'select name from sluice.progress; lists all.'
      end;
  end if;
  migration.owner := sluice_internal.owner_name(migration.owner_id, migration.owner);
  return migration;
end
$$;

comment on function sluice_internal.find_migration(text) is 'The migration of a name; raises SL002 when there is none.';
