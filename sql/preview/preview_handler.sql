-- sluice_internal.preview_handler(name, rows): the first pending rows that are found, for a preview in which the client
-- calls the handler: the range, its functions' suffix, the rows before, and the cursor sluice_rows over them, locked.
-- The client applies the changes with the compiled function, asks preview_after, and rolls back.
-- Called by: the client of the migration's owner, inside a transaction.
-- Locks: the rows, until the end of the transaction.  Writes: nothing.
-- Raises: SL002, SL007, and whatever the author's predicate raises. Returns no row when no pending one was found.

create or replace function sluice_internal.preview_handler(
  name text, rows integer,
  out relation regclass, out suffix text, out lower text[], out upper text[], out keys text[], out versions text[],
  out contents jsonb[]
)
returns setof record
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice_internal.planning := sluice_internal.read_planning(name);
begin
  perform sluice_internal.require_owner_session((planning.migration).owner);
  select f.relation, f.lower, f.upper into relation, lower, upper
  from sluice_internal.find_pending(planning, 1) as f limit 1;
  if not found then
    return;
  end if;
  suffix := format('%s_%s', (planning.migration).migration_id, relation::oid);
  select b.keys, b.versions, b.contents into keys, versions, contents
  from sluice_internal.preview_before(planning.migration, relation, lower, upper, rows) as b;
  upper := keys[cardinality(keys)]::text[];
  perform sluice_internal.open_rows(suffix, lower, upper);
  return next;
end
$$;

comment on function sluice_internal.preview_handler(text, integer) is
  'Pending rows before a preview in which the client calls the handler, and a cursor over them.';

create or replace function sluice_internal.preview_handler_after(name text, relation regclass, versions text[])
returns jsonb[]
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  planning sluice_internal.planning := sluice_internal.read_planning(name);
begin
  perform sluice_internal.require_owner_session((planning.migration).owner);
  return sluice_internal.preview_after(planning.migration, relation, versions);
end
$$;

comment on function sluice_internal.preview_handler_after(text, regclass, text[]) is
  'What the rows of a preview have become, before it is rolled back.';
