-- sluice_internal.read_concurrent_index(statement): what there is of the index that a statement creates or drops
-- concurrently.
--
--   verb        create or drop; null for any other statement, and then all the rest is null
--   index_name  the index, with its schema; null when CREATE INDEX gives no name
--   index       null when there is none of that name
--   is_valid    false while it is built, and after its building or dropping was interrupted or failed
--   is_built    somebody is at it now
--
-- Called when:  defining, and cleaning up, with the definition's search_path in force: names are looked up by it.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.read_concurrent_index(
  statement text, path text, out verb text, out index_name text, out index regclass, out is_valid boolean,
  out is_built boolean
)
returns record
language plpgsql
set search_path to pg_catalog, pg_temp
set standard_conforming_strings to on
as $$
declare
  name constant text := '((?:"(?:[^"]|"")+"|[[:alpha:]_][\w$]*)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[[:alpha:]_][\w$]*))?)';
  opening constant text := '^(?:\s|--[^\n]*\n|/\*.*?\*/)*';
  relation regclass;
  part text[];
begin
  if statement ~* (opening || 'create\s+(?:unique\s+)?index\s+concurrently\M') then
    verb := 'create';
    part := regexp_match(statement, opening || 'create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?'
      || '(?!on\s)' || name || '\s+on\s+(?:only\s+)?' || name, 'i');
    perform set_config('search_path', path, true);
    relation := to_regclass(part[2]);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    index_name := (
      select format('%I.%I', n.nspname, (parse_ident(part[1]))[1])
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where c.oid = relation);
    index_name := coalesce(index_name, part[1]);
  elsif statement ~* (opening || 'drop\s+index\s+concurrently\M') then
    verb := 'drop';
    part := regexp_match(statement, opening || 'drop\s+index\s+concurrently\s+(?:if\s+exists\s+)?' || name, 'i');
    index_name := part[1];
  end if;

  perform set_config('search_path', path, true);
  index := to_regclass(index_name);
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  select i.indisvalid and i.indisready into is_valid from pg_index i where i.indexrelid = index;
  is_built := exists (select from pg_stat_progress_create_index p where p.index_relid = index);
end
$$;

comment on function sluice_internal.read_concurrent_index(text, text) is
  'The index that a statement creates or drops concurrently: whether it is there, valid, or being built.';
