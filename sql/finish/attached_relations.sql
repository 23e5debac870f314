-- sluice.attached_relations(migration_id): tables that became part of the target, and that this run has not walked or
-- swept: foreign ones too. is_new is false for one that was detached during the run, whose lanes ended then, and that
-- came back.
-- Called when:  maintenance, before a pass is completed, when the rest is accepted, when cleanup begins; by view
--   stuck.
-- Locks, writes, raises: nothing.

create or replace function sluice.attached_relations(migration_id bigint)
returns table (relation regclass, kind "char", is_new boolean)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  select a.relation, a.kind, a.is_new
  from sluice.migration m
  cross join lateral (
    select t.relation, t.kind, not exists (
      select from sluice.lane l
      where l.migration_id = m.migration_id and l.relation = t.relation and l.act <> 'capture'
        and (l.act = 'sweep' or m.pass = 0 or btrim(lower(m.pending)) = 'true')) as is_new
    from sluice.tree_relations(m.target) as t
    where t.kind in ('r', 'f')) as a
  where m.migration_id = attached_relations.migration_id
    and (a.is_new or exists (
      select from sluice.lane g where g.migration_id = m.migration_id and g.relation = a.relation and g.is_gone))
$$;

comment on function sluice.attached_relations(bigint) is
  'Returns the tables of a target that its run has not walked or swept, because they became part of it meanwhile.';
