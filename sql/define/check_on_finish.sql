-- sluice.check_on_finish(migration): whether the statements of on_finish can be resumed after a crash.
-- Called when:  defining, in the author's session.
-- Locks, writes: nothing.
-- Raises: SL001 for a null statement, and for an index that is created concurrently without a name.

create or replace function sluice.check_on_finish(migration sluice.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  path text := (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p);
  seen record;
begin
  for i in 1 .. coalesce(cardinality(migration.on_finish), 0) loop
    select * into seen from sluice.read_concurrent_index(migration.on_finish[i], path);
    if migration.on_finish[i] is null or seen.verb is not null and seen.index_name is null then
      raise exception using
        errcode = 'SL001',
        message = format('migration "%s", on_finish: statement %s %s', migration.name, i,
          case when seen.verb is null then 'is null' else 'does not name its index' end),
        hint = case when seen.verb is null then 'Leave it out.'
          else 'Name it: after a crash an index that is invalid must be found again.' end;
    end if;
  end loop;
end
$$;

comment on function sluice.check_on_finish(sluice.migration) is
  'Refuses on_finish statements that could not be resumed after a crash.';
