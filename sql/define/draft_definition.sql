-- sluice_internal.draft_definition(name, target, ...): the arguments of define() as the row they become, before
-- anything is checked against the tables. What a session may write differently, such as the style of intervals, is
-- written in one way.
-- Called when:  defining, and comparing with what is defined; so both see the same definition.
-- Locks, writes: nothing.  Raises: SL001 for arguments that contradict each other.

create or replace function sluice_internal.draft_definition(
  name text, target regclass, pending text, set text, delete boolean, statements text[], handler text, source text,
  match text, key text[], walk text, capture boolean, proof text, after text[], on_finish text[], batch_time interval,
  min_batch integer, max_batch integer, max_attempts integer, max_failed numeric, search_path name[]
)
returns sluice_internal.migration
language plpgsql stable
set search_path to pg_catalog, pg_temp
set intervalstyle to 'postgres'
set quote_all_identifiers to off
as $$
declare
  migration sluice_internal.migration;
begin
  migration.kind := sluice_internal.definition_kind(name, set, delete, statements, handler, source, match);
  migration.name := name;
  migration.owner := session_user;
  migration.target := target;
  migration.pending := pending;
  migration.changes := case migration.kind
    when 'update' then array[set]
    when 'statements' then statements
    else '{}'
  end;
  migration.source := source;
  migration.match := match;
  migration.handler := handler;
  migration.walk := walk;
  migration.capture := capture;
  migration.proof := proof;
  migration.after := after;
  migration.on_finish := on_finish;
  migration.batch_time := batch_time;
  migration.min_batch := min_batch;
  migration.max_batch := max_batch;
  migration.max_attempts := max_attempts;
  migration.max_failed := max_failed;
  migration.search_path := array_remove(search_path, 'pg_catalog') || '{pg_temp}';
  migration.search_path := '{pg_catalog}' || migration.search_path::text[];
  migration.definition := jsonb_strip_nulls(jsonb_build_object(
    'target', target::text, 'pending', pending, 'set', set, 'delete', nullif(delete, false), 'statements', statements,
    'handler', handler, 'source', source, 'match', match, 'key', key, 'walk', walk, 'capture', nullif(capture, false),
    'proof', nullif(proof, 'snapshot'),
    'after', nullif(after, '{}'), 'on_finish', nullif(on_finish, '{}'),
    'batch_time', make_interval(secs => extract(epoch from batch_time)::double precision),
    'min_batch', min_batch, 'max_batch', max_batch, 'max_attempts', max_attempts, 'max_failed', max_failed,
    'search_path', array_remove(array_remove(search_path, 'pg_catalog'), 'pg_temp')));
  return migration;
end
$$;

comment on function sluice_internal.draft_definition is
  'The arguments of define() as the row that they become, not checked yet.';
