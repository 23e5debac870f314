-- sluice.resume_on_finish(name): what is to be executed now, outside of a transaction, for the next on_finish
-- statement. The intent is written down before, and what became of it is looked at when it is asked for again; so a
-- session may die anywhere, also between the end of the statement and the note that it is done:
--
--   an index that is valid, or gone where it was to be dropped    that statement is done, and is noted as such
--   an index that somebody is building                            55P03: wait
--   an invalid index, left behind by a crash or a failure         it is dropped, and then created again
--   anything else                                                 the statement is executed (again)
--
-- statement is null when it is done already. completes tells whether complete_on_finish() is to be called after it; for
-- an index this function is asked again instead, because only what is there proves it.
-- Called when:  cleaning up, by the driver; in psql: select statement from sluice.resume_on_finish(name) \gexec
-- Locks, writes: the migration's row.
-- Raises: SL002, SL007, SL008; 55P03.

create or replace function sluice.resume_on_finish(
  name text, out "position" integer, out statement text, out completes boolean, out lock_timeout_ms integer,
  out search_path text,
  out settings jsonb
)
returns setof record
language plpgsql
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
declare
  next record;
  limits record;
  seen record;
begin
  select n.* into next from sluice_internal.next_on_finish(name) as n;
  if not found then
    return;
  end if;
  select * into limits from sluice_internal.session_limits(name);
  select * into seen from sluice_internal.read_concurrent_index(next.statement, limits.search_path);
  "position" := next.position;
  statement := next.statement;
  completes := seen.verb is null;
  search_path := limits.search_path;
  settings := limits.settings;
  -- such a statement lets reads and writes pass while it waits; it would never end beside long transactions
  lock_timeout_ms := case when seen.verb is null then limits.lock_timeout_ms else 0 end;

  if not next.begun then
    if seen.verb = 'create' and seen.index is not null then
      completes := true;
      if next.statement ~* 'concurrently\s+if\s+not\s+exists\s' and seen.is_valid then
        statement := null;
        perform sluice_internal.complete_on_finish(name, "position");
      end if;
    else
      perform sluice_internal.begin_on_finish(name, "position");
    end if;
  elsif seen.verb = 'create' and seen.is_valid or seen.verb = 'drop' and seen.index is null then
    statement := null;
    perform sluice_internal.complete_on_finish(name, "position");
  elsif seen.is_built then
    raise exception using
      errcode = 'lock_not_available',
      message = format('statement %s of on_finish of migration "%s" is being executed: index %s is being built',
        "position",
        name, seen.index_name),
      hint = 'Wait for the session that builds it: select * from pg_stat_progress_create_index;';
  elsif seen.verb = 'create' and seen.index is not null then
    statement := format('drop index concurrently if exists %s', seen.index_name);
  end if;
  return next;
end
$$;

comment on function sluice.resume_on_finish(text) is
  'What to execute outside of a transaction for the next statement of on_finish, with what a crash left behind put '
  'right.';
