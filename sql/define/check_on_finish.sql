-- sluice_internal.check_on_finish(migration): whether the statements of on_finish can be parsed, and resumed after a
-- crash. What they name is looked up when they are executed: a statement may create what the next one needs.
-- Called when:  defining, in the author's session.
-- Locks: nothing.  Writes: nothing (a temporary function is rolled back).
-- Raises: SL001 for a null statement, and for an index that is created concurrently without a name; PostgreSQL's own
--   error, such as 42601, for what is no statement, with that in the detail.

create or replace function sluice_internal.check_on_finish(migration sluice_internal.migration)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  path text := (select string_agg(quote_ident(p), ', ') from unnest(migration.search_path) as p);
  seen record;
  failed_state text;
  failed_message text;
  failed_hint text;
begin
  for i in 1 .. coalesce(cardinality(migration.on_finish), 0) loop
    select * into seen from sluice_internal.read_concurrent_index(migration.on_finish[i], path);
    if migration.on_finish[i] is null or seen.verb is not null and seen.index_name is null then
      raise exception using
        errcode = 'SL001',
        message = format('migration "%s", on_finish: statement %s %s', migration.name, i,
          case when seen.verb is null then 'is null' else 'does not name its index' end),
        hint = case when seen.verb is null then 'Leave it out.'
          else 'Name it: after a crash an index that is invalid must be found again.' end;
    end if;
    begin
      perform sluice_internal.check_syntax(migration.on_finish[i]);
    exception when others then
      get stacked diagnostics
        failed_state = returned_sqlstate,
        failed_message = message_text,
        failed_hint = pg_exception_hint;
      raise exception using
        errcode = failed_state,
        message = format('migration "%s", on_finish: statement %s: %s', migration.name, i, failed_message),
        detail = migration.on_finish[i],
        hint = coalesce(nullif(failed_hint, ''),
          'Each element is a whole SQL statement; cleanup executes it as it is.');
    end;
  end loop;
end
$$;

comment on function sluice_internal.check_on_finish(sluice_internal.migration) is
  'Refuses on_finish statements that cannot be parsed, or could not be resumed after a crash.';
