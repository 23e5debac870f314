-- Delete orphans, walked by the column that refers.

-- tables
create table runners (id bigint primary key);
create table runner_projects (id bigint primary key, runner_id bigint not null);
insert into runners select i from generate_series(1, 500) as i where i % 4 <> 0;
insert into runner_projects select i, i * 7 % 520 - 10 from generate_series(1, 4000) as i;
insert into runner_projects select i, 400 from generate_series(5000, 5400) as i;
create index on runner_projects (runner_id);

-- awkward
select
  count(*) filter (where p.runner_id < 0) as negative,
  count(*) filter (where p.runner_id = 400) as many_of_one_runner,
  count(*) filter (where p.runner_id > 500) as behind_the_last_runner,
  count(*) filter (where r.id is not null) as of_living_runners
from runner_projects p left join runners r on r.id = p.runner_id;

-- definition
select sluice.define('runner_projects_without_runner',
  target  => 'runner_projects',
  key     => '{runner_id}',
  pending => 'not exists (select from runners r where r.id = runner_id)',
  delete  => true);

-- expected
delete from runner_projects where runner_id in (select runner_id from runner_projects except select id from runners);
