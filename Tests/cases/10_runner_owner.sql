-- Replace a reference that points nowhere by the first one that exists.

-- tables
create table projects (id bigint primary key);
create table runners (id bigint primary key, type integer not null, owner_id bigint);
create table runner_projects (id bigint primary key, runner_id bigint not null, project_id bigint not null);
insert into projects select i from generate_series(1, 700) as i where i % 3 <> 0;
insert into runners select i, 1 + i % 3, case when i % 20 > 0 then i % 700 end from generate_series(1, 6000) as i;
insert into runner_projects select i, i * 7 % 5000, i * 13 % 720 from generate_series(1, 9000) as i;
insert into runner_projects values (-1, 5600, -4), (-2, 5600, 699), (-3, 5600, 698), (-4, 5600, 1);
create index on runner_projects (runner_id);

-- awkward
select
  count(*) filter (where r.owner_id is null) as without_an_owner,
  count(*) filter (where r.type <> 3 and o.id is null) as of_another_type,
  count(*) filter (where c.all > 0 and c.existing = 0 and o.id is null and r.type = 3) as all_of_its_projects_are_gone,
  count(*) filter (where c.all = 0 and o.id is null and r.type = 3) as without_projects,
  count(*) filter (where c.all > c.existing and c.existing > 1 and o.id is null and r.type = 3) as some_of_its_projects_are_gone
from runners r
left join projects o on o.id = r.owner_id
cross join lateral (
  select count(*) as all, count(p.id) as existing
  from runner_projects rp left join projects p on p.id = rp.project_id where rp.runner_id = r.id) as c;

-- definition
select sluice.define('runners_owner',
  target  => 'runners',
  pending => 'type = 3 and not exists (select from projects o where o.id = owner_id)
              and exists (select from runner_projects l join projects p on p.id = l.project_id where l.runner_id = runners.id)',
  set     => 'owner_id = (
                select min(p.id) from runner_projects l join projects p on p.id = l.project_id where l.runner_id = runners.id)');

-- expected
update runners r set owner_id = f.project_id
from (
  select distinct on (runner_id) runner_id, project_id from runner_projects
  where project_id in (select id from projects) order by runner_id, project_id) as f
where f.runner_id = r.id and r.type = 3 and coalesce(r.owner_id, -1) not in (select id from projects);
