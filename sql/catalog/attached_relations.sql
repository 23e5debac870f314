-- sluice_internal.attached_relations(migration_id): tables that became part of the target, and that this run has not
-- walked or swept: foreign ones too. is_new is false for one that was detached during the run, whose lanes ended then,
-- and that came back.
-- Called when:  maintenance, before a pass is completed, when the rest is accepted, when cleanup begins; by view
--   stuck.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.attached_relations(migration_id bigint)
returns table (relation regclass, kind "char", is_new boolean)
language sql stable security definer
set search_path to pg_catalog, pg_temp
as $$
  with lanes as (
    select l.relation, bool_or(l.is_gone) as has_gone,
      bool_or(l.act = 'sweep' or m.pass = 0 or btrim(lower(m.pending)) = 'true') as is_covered
    from sluice_internal.lane l
    join sluice_internal.migration m on m.migration_id = l.migration_id
    where l.migration_id = attached_relations.migration_id and l.act <> 'capture'
    group by l.relation)
  select t.relation, t.kind, l.is_covered is not true
  from sluice_internal.migration m
  cross join lateral sluice_internal.tree_relations(m.target) as t
  left join lanes l on l.relation = t.relation
  where m.migration_id = attached_relations.migration_id and t.kind in ('r', 'f')
    and (l.is_covered is not true or l.has_gone)
$$;

comment on function sluice_internal.attached_relations(bigint) is
  'Returns the tables of a target that its run has not walked or swept, because they became part of it meanwhile.';
