-- sluice_internal.check_target(target): whether a relation can be migrated at all.
-- Called when:  defining, in the author's session.
-- Locks, writes: nothing.
-- Raises: SL001 for views, foreign, temporary and system tables; SL013 on a standby; SL015 where policies hide rows
--   from the author.

create or replace function sluice_internal.check_target(target regclass)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  relation pg_class;
  foreign_part regclass;
  hidden_part regclass;
begin
  if pg_is_in_recovery() then
    raise exception using
      errcode = 'SL013',
      message = 'cannot define a migration on a standby',
      hint = 'Connect to the primary, for example with target_session_attrs=read-write.';
  end if;

  select c.* into relation from pg_class c where c.oid = target;
  if not found then
    raise exception using
      errcode = 'SL001',
      message = 'a migration needs a target table',
      hint = 'Name it with its schema: target => ''public.builds''.';
  elsif relation.relkind not in ('r', 'p') then
    raise exception using
      errcode = 'SL001',
      message = format('cannot migrate %s: it is not a table', target),
      detail = 'The target is an ordinary or a partitioned table.',
      hint = 'Name the table that holds the rows.';
  elsif relation.relpersistence = 't' then
    raise exception using
      errcode = 'SL001',
      message = format('cannot migrate temporary table %s', target),
      detail = 'Batches run in other sessions, which do not see it.',
      hint = 'Name a permanent table.';
  elsif relation.relnamespace = any ('{pg_catalog,sluice,sluice_internal}'::regnamespace[]) then
    raise exception using
      errcode = 'SL001',
      message = format('cannot migrate system table %s', target),
      hint = 'Name one of your own tables.';
  end if;

  select t.relation into foreign_part from sluice_internal.tree_relations(target) as t where t.kind = 'f' limit 1;
  if found then
    raise exception using
      errcode = 'SL001',
      message = format('cannot migrate %s: partition %s is a foreign table', target, foreign_part),
      detail = 'Rows and cursor commit together only within one database.',
      hint = 'Migrate the local partitions one by one, and the foreign one where it lives.';
  end if;

  -- leaves are read by their own names, under their own policies, and the parent by the proof, under its
  select p.relation into hidden_part
  from (select target as relation union select l.relation from sluice_internal.leaf_relations(target) as l) as p
  where row_security_active(p.relation)
  limit 1;
  if found then
    raise exception using
      errcode = 'SL015',
      message = format('cannot migrate %s: policies hide rows of %s from "%s"', target, hidden_part, current_user),
      detail = 'Rows that are hidden would be neither changed nor verified.',
      hint = 'Let the owner of the table define it, unless row security is forced, or a role with BYPASSRLS.';
  end if;
end
$$;

comment on function sluice_internal.check_target(regclass) is
  'Raises unless the relation is a permanent, local table on a primary, of which the author sees all rows.';
