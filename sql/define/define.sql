-- sluice.define(name, target, ...): accepts a migration's definition, or says what is wrong with it.
-- Called when:  a user or a deploy defines a migration. The same definition again is a no-op.
-- Runs as the author: whatever the definition mentions is looked up and tried with the author's rights.
-- Of two deploys at once the second waits for the first, and finds what that defined.
-- Locks: the target, ACCESS SHARE.  Writes: sluice_internal.migration, and the compiled functions, through
--   register_definition.
-- Raises: SL001 (bad argument), SL003 (name in use), SL004 (no usable key), SL005 (volatile predicate), SL007 (SET
--   ROLE), 42501 (no right to capture), 55P03 (another session is about to define the name), and whatever PostgreSQL
--   says of the author's SQL, with its own SQLSTATE.

create or replace function sluice.define(
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
returns text
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  migration sluice_internal.migration;
  known record;
  same boolean;
  found_key record;
begin
  if current_user <> session_user then
    raise exception using
      errcode = 'SL007',
      message = format('cannot define a migration as "%s" in a session of "%s"', current_user, session_user),
      detail = 'Batches run in sessions logged in as the migration''s owner, never by SET ROLE.',
      hint = 'RESET ROLE, or log in as the role that is to own the migration.';
  end if;

  migration := sluice_internal.draft_definition(name, target, pending, set, delete, statements, handler, source, match,
    key, walk,
    capture, proof, after, on_finish, batch_time, min_batch, max_batch, max_attempts, max_failed, search_path);
  migration.settings := sluice_internal.session_settings();
  if handler is not null and walk = 'striped' then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s" cannot use walk => striped with a handler', name),
      detail = 'The application gets the rows of a batch at once.',
      hint = 'Leave walk out, or give key or blocks.';
  end if;

  select * into known from sluice_internal.find_definition(name);
  same := not exists (select from sluice_internal.find_differences(known.definition, migration.definition));
  if known.is_own and same then
    raise notice 'migration "%" is already defined, and the same', name;
    if known.settings <> migration.settings then
      raise warning using
        message = format('migration "%s" keeps the settings of the session that defined it, which are not those of '
          'this session',
          name),
        detail = format('%s.', sluice_internal.describe_difference(known.settings, migration.settings)),
        hint = format('Its SQL means what it meant then. For this session''s settings: select sluice.forget(%L); and '
          'define it again.',
          name);
    end if;
    return name;
  elsif known.definition is not null and same then
    raise exception using
      errcode = 'SL003',
      message = format('migration "%s" is already defined, and the same, by "%s"', name, known.owner),
      hint = format('Only its owner may define it again: log in as "%s".', known.owner);
  elsif known.definition is not null then
    raise exception using
      errcode = 'SL003',
      message = format('migration "%s" is already defined differently', name),
      detail = format('It is owned by "%s", its state is %s. Differences: %s.', known.owner, known.state,
        sluice_internal.describe_difference(known.definition || known.settings,
          migration.definition || migration.settings)),
      hint = format('Choose another name, or let go of the old one first: select sluice.forget(%L);', name);
  end if;

  perform sluice_internal.check_target(target);
  perform sluice_internal.check_pieces(migration);
  if walk = 'blocks' then
    perform sluice_internal.check_block_walk(migration);
    migration.key_columns := '{ctid}';
    migration.key_types := '{tid}';
  else
    select * into found_key from sluice_internal.find_key(target, key);
    migration.key_columns := found_key.columns;
    migration.key_types := found_key.types;
  end if;
  select c.scoped, c.function_parts into migration.scoped, migration.function_parts
  from sluice_internal.check_statements(migration) as c;
  migration.assigned_columns := array(
    select a.attname
    from pg_attribute a
    where a.attrelid = target and a.attname = any ((select sluice_internal.changed_columns(migration))::text[])
      and (btrim(lower(migration.pending)) = 'true' or migration.proof = 'ranges')
    order by a.attnum);
  perform sluice_internal.check_nullable_key(migration,
    array(select l.relation from sluice_internal.leaf_relations(target) as l));
  if capture then
    perform sluice_internal.check_capture(migration);
  end if;
  perform sluice_internal.check_on_finish(migration);
  perform sluice_internal.warn_of_definition(migration);
  perform sluice_internal.warn_of_false_predicate(migration);
  perform sluice_internal.warn_of_leaves(migration);

  if not sluice_internal.register_definition(migration) then
    -- another session took the name meanwhile: what it defined is found now
    return sluice.define(name, target, pending, set, delete, statements, handler, source, match, key, walk, capture,
      proof,
      after, on_finish, batch_time, min_batch, max_batch, max_attempts, max_failed, search_path);
  end if;
  return name;
end
$$;

comment on function sluice.define is
  'Defines a migration: checks everything that can be checked, compiles it, and changes nothing if it is refused.';
