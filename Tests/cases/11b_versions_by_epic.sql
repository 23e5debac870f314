-- Parents with very many children: the children are walked, and batches stay as small as ever.

-- tables
create table epics (id bigint primary key, issue_id bigint);
create table versions (
  id bigint primary key, epic_id bigint references epics, issue_id bigint,
  constraint one_of_them check (num_nonnulls(epic_id, issue_id) = 1));
insert into epics select i, case when i % 25 > 0 then 100000 + i end from generate_series(1, 2000) as i;
insert into versions
select i, case when i % 4 > 0 then 1 + i * 31 % 1900 end, case when i % 4 = 0 then i end from generate_series(1, 3000) as i;
insert into versions select i, 1777 from generate_series(10000, 12999) as i;

-- awkward
select
  count(*) filter (where e.id = 1777) as of_one_parent,
  count(*) filter (where e.id is not null and e.issue_id is null) as of_parents_without_an_issue,
  count(*) filter (where v.issue_id is not null) as converted_before
from versions v left join epics e on e.id = v.epic_id;

-- definition
select sluice.define('versions_issue_id_by_version',
  target  => 'versions',
  pending => 'exists (select from epics k where k.id = epic_id and k.issue_id is not null)',
  set     => 'issue_id = e.issue_id, epic_id = null',
  source  => 'epics e',
  match   => 'e.id = versions.epic_id');

-- expected
update versions set epic_id = null, issue_id = 100000 + epic_id where epic_id % 25 > 0;

-- after
select max(h.rows_changed) <= 100 as "no batch changed more rows than a batch has"
from sluice.history h;
