-- sluice_internal.target_triggers(migration): the enabled triggers and rules that changes of the target's rows meet,
-- and when they fire:
--   row     for each row that a batch changes
--   batch   once for each batch that changes a table: statement triggers of the table itself
--   never   statement triggers and rules of a table above it: each table is changed by its own name, and PostgreSQL
--           heeds those of the table that is named. Of the table that has them, relation tells.
--
-- A migration by statements names its tables itself, so only the triggers of the rows are told.
-- Called when:  defining and planning, for advice.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.target_triggers(migration sluice_internal.migration)
returns table (name text, relation regclass, fires text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with recursive above as (
    select migration.target::oid as relid
    union
    select i.inhparent
    from above a
    join pg_inherits i on i.inhrelid = a.relid and not i.inhdetachpending
  ),
  family as (
    select t.relation, t.kind = 'r' as is_changed,
      exists (select from pg_inherits i where i.inhparent = t.relation and not i.inhdetachpending) as has_parts
    from sluice_internal.tree_relations(migration.target) as t
    union all
    select a.relid, false, true from above a where a.relid <> migration.target
  ),
  wanted as materialized (
    -- as in pg_trigger.tgtype, and the columns that may be assigned, where that is known; once, and not for each
    -- trigger
    select case migration.kind when 'update' then 16 when 'delete' then 8 when 'handler' then 16 else 28 end as events,
      sluice_internal.changed_columns(migration) as columns
  ),
  found as (
    select g.tgname::text as name, f.relation, f.is_changed, f.has_parts, (g.tgtype & 1) = 1 as is_for_rows
    from family f
    cross join wanted w
    join pg_trigger g on g.tgrelid = f.relation
    where not g.tgisinternal and g.tgenabled in ('O', 'A') and (g.tgtype & w.events) > 0
      and g.tgname is distinct from (sluice_internal.capture_names(migration.migration_id)).trigger_name
      and (
        w.columns is null or (g.tgtype & w.events & 16) = 0 or g.tgattr = ''::int2vector
        or exists (
          select from pg_attribute a
          where a.attrelid = g.tgrelid and a.attnum = any (g.tgattr::smallint[]) and a.attname = any (w.columns)))
  )
  select f.name, f.relation, case when f.is_for_rows then 'row' else 'batch' end
  from found f
  where f.is_changed and (f.is_for_rows or migration.kind <> 'statements')
  union all
  select f.name, f.relation, 'never'
  from found f
  where not f.is_for_rows and f.has_parts and migration.kind <> 'statements'
  union all
  select r.rulename::text, f.relation, 'never'
  from family f
  join pg_rewrite r on r.ev_class = f.relation
  where f.has_parts and r.ev_enabled in ('O', 'A')
    and r.ev_type = case migration.kind when 'update' then '2' when 'handler' then '2' when 'delete' then '4' end
$$;

comment on function sluice_internal.target_triggers(sluice_internal.migration) is
  'The triggers and rules that changes of a target meet, and whether they fire for each row, each batch, or never.';
