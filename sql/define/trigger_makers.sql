-- sluice_internal.trigger_makers(target, author): tables of a target on which others may create triggers, and who: the
-- owner of the table, and those who have TRIGGER, which GRANT ALL includes. A trigger runs with the rights of who
-- writes, the author's. Others are those of name_others().
-- Called when:  defining.
-- Locks, writes, raises: nothing.

create or replace function sluice_internal.trigger_makers(target regclass, author name)
returns table (relation regclass, who text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select t.relation, o.who
  from sluice_internal.tree_relations(target) as t
  join pg_class c on c.oid = t.relation
  cross join lateral sluice_internal.name_others(
    c.relowner || array(select x.grantee from aclexplode(c.relacl) as x where x.privilege_type = 'TRIGGER'),
    author) as o (who)
  where o.who is not null
  order by t.relation
$$;

comment on function sluice_internal.trigger_makers(regclass, name) is
  'Tables of a target on which others than the author may create triggers, and who they are.';
