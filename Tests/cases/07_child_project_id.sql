-- A column of a child from its parent: the most common shape of all.
--
-- Orphans have nothing to be filled from, so pending leaves them out.

-- tables
create table parents (id bigint primary key, project_id bigint);
create table children (id bigint primary key, parent_id bigint, project_id bigint);
insert into parents select i, 1000 + i % 77 from generate_series(1, 500) as i where i % 9 <> 0;
insert into parents values (-7, 5), (501, null), (9223372036854775807, 6);
insert into children
select i * 7 - 3000, i % 550, case when i % 11 = 0 then 1 end from generate_series(1, 3000) as i;
insert into children values
  (-9223372036854775808, -7, null), (9223372036854775806, 9223372036854775807, null), (-1, null, null), (30000, 501, null);

-- awkward
select
  count(*) filter (where c.project_id is null and p.id is null) as orphans,
  count(*) filter (where c.project_id is null and c.parent_id is null) as without_a_parent,
  count(*) filter (where c.project_id is null and p.id is not null and p.project_id is null) as of_parents_without_project,
  count(*) filter (where c.project_id <> p.project_id) as filled_before_with_something_else,
  count(*) filter (where c.id < 0) as negative_ids
from children c left join parents p on p.id = c.parent_id;

-- definition
select sluice.define('children_project_id',
  target  => 'children',
  pending => 'project_id is null and exists (select from parents k where k.id = parent_id and k.project_id is not null)',
  set     => 'project_id = p.project_id',
  source  => 'parents p',
  match   => 'p.id = children.parent_id');

-- expected
update children set project_id = (select project_id from parents where id = parent_id)
where project_id is null and parent_id in (select id from parents where project_id is not null);
