-- sluice.compare_definition(name, target, ...): how a definition in code compares with the one in the database; the
-- arguments are those of define(), with the same defaults. Nothing is defined, and no table is read or locked.
-- The answer has the name, a verdict, and for a definition in the database its owner, its state and the differences:
--
--   same       define() would do nothing
--   different  define() would raise SL003; differences is an array of {"argument", "in_code", "in_database"}, and empty
--              when just the owner is another. Where all that differs are settings of the session, such as TimeZone,
--              define() would warn and leave the definition with the settings that it has
--   missing    define() would define it, or say what is wrong with it
--
-- Called by: an author, or a deploy that looks for drift.
-- Locks, writes: nothing.  Raises: SL001 for arguments that contradict each other, and for a name that is none.

create or replace function sluice.compare_definition(
  name text,
  target regclass,
  pending text default 'true',
  set text default null,
  delete boolean default false,
  statements text[] default null,
  handler text default null,
  source text default null,
  match text default null,
  key text[] default null,
  walk text default 'auto',
  capture boolean default false,
  proof text default 'snapshot',
  after text[] default '{}',
  on_finish text[] default '{}',
  batch_time interval default null,
  min_batch integer default null,
  max_batch integer default null,
  max_attempts integer default null,
  max_failed numeric default null,
  search_path name[] default current_schemas(false)
)
returns jsonb
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration := sluice_internal.draft_definition(name, target, pending, set, delete,
    statements, handler, source,
    match, key, walk, capture, proof, after, on_finish, batch_time, min_batch, max_batch, max_attempts, max_failed,
    search_path);
  settings constant jsonb := sluice_internal.session_settings();
  known record;
  differences jsonb;
begin
  select * into known from sluice_internal.find_definition(name);
  if not found then
    return jsonb_build_object('name', name, 'verdict', 'missing', 'owner', null, 'state', null, 'differences',
      '[]'::jsonb);
  end if;
  select coalesce(jsonb_agg(to_jsonb(d) order by d.argument), '[]') into differences
  from sluice_internal.find_differences(known.definition || known.settings, migration.definition || settings) as d;
  return jsonb_build_object(
    'name', name,
    'verdict', case when known.is_own and differences = '[]' then 'same' else 'different' end,
    'owner', known.owner, 'state', known.state, 'differences', differences);
end
$$;

comment on function sluice.compare_definition is
  'Compares a definition in code with the one in the database, as define() does; defines nothing.';
