-- Merge duplicates: the oldest of several rows is kept. A row that violates a constraint is put aside, by itself.
--
-- Projects are walked, not rules: so all rules of a project are in one batch, and several workers cannot disagree on the oldest.

-- tables
create table projects (id bigint primary key);
create table push_rules (id bigint primary key, project_id bigint, n integer);
create table project_push_rules (project_id bigint unique, n integer unique);
insert into projects select i from generate_series(1, 3000) as i where i % 7 <> 0;
insert into push_rules select i, 1 + i * 11 % 3000, i from generate_series(1, 4000) as i where i % 3 <> 0;
insert into push_rules values (-1, 50, -1), (-2, 50, -2), (9000, 50, 9000), (9001, null, 9001), (9002, 2222, null);
insert into project_push_rules select id, -id from projects where id % 20 = 0;
insert into project_push_rules select -1, n from push_rules where project_id = 1001 order by id limit 1;
insert into project_push_rules select -2, n from push_rules where project_id = 1002 order by id limit 1;
insert into project_push_rules select -3, n from push_rules where project_id = 2501 order by id limit 1;
create index on push_rules (project_id);

-- awkward
select
  count(*) filter (where r.rules > 1) as with_several_rules,
  count(*) filter (where r.rules = 0) as without_rules,
  count(*) filter (where r.rules > 0 and d.project_id is not null) as done_before,
  (select count(*) from project_push_rules where project_id < 0) as whose_rule_another_has,
  (select count(*) from push_rules where project_id is null or project_id not in (select id from projects)) as rules_without_a_project
from projects p
cross join lateral (select count(*) as rules from push_rules r where r.project_id = p.id) as r
left join project_push_rules d on d.project_id = p.id;

-- definition
select sluice.define('project_push_rules',
  target     => 'projects',
  pending    => 'exists (select from push_rules r where r.project_id = projects.id)
                 and not exists (select from project_push_rules d where d.project_id = projects.id)',
  statements => array['insert into project_push_rules
    select distinct on (project_id) project_id, n from batch join push_rules r on r.project_id = batch.id order by project_id, r.id']);

-- expected
insert into project_push_rules
select r.project_id, r.n from push_rules r join projects p on p.id = r.project_id
where r.id = (select min(id) from push_rules where project_id = r.project_id)
  and r.project_id not in (1001, 1002, 2501)
  and r.project_id not in (select project_id from project_push_rules);

-- quarantined
select array[p.id::text], '23505' from initial.projects p where p.id in (1001, 1002, 2501);
