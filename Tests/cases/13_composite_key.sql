-- A table with a composite key, from its parent.

-- tables
create table commits (id bigint primary key, project_id bigint);
create table diff_files (commit_id bigint, relative_order integer, project_id bigint, primary key (commit_id, relative_order));
insert into commits select i, i % 50 from generate_series(1, 800) as i where i % 10 <> 0;
insert into commits values (801, null);
insert into diff_files
select i, o, case when (i + o) % 9 = 0 then -1 end
from generate_series(1, 801) as i, generate_series(-1, i % 7) as o;
insert into diff_files select 400, o from generate_series(10, 500) as o;

-- awkward
select
  count(*) filter (where c.id is null and d.project_id is null) as orphans,
  count(*) filter (where c.id is not null and c.project_id is null and d.project_id is null) as of_commits_without_project,
  count(*) filter (where d.project_id = -1) as filled_before,
  count(*) filter (where d.relative_order < 0) as negative_orders,
  count(*) filter (where d.commit_id = 400 and d.relative_order > 100) as of_one_commit
from diff_files d left join commits c on c.id = d.commit_id;

-- definition
select sluice.define('diff_files_project_id',
  target  => 'diff_files',
  pending => 'project_id is null and exists (select from commits k where k.id = commit_id and k.project_id is not null)',
  set     => 'project_id = c.project_id',
  source  => 'commits c',
  match   => 'c.id = diff_files.commit_id');

-- expected
update diff_files d set project_id = commit_id % 50
where project_id is null and exists (select from commits where id = commit_id and project_id >= 0);
