-- Parents drive, children change: all children of a parent in one batch.
--
-- A batch has at least one parent, with all its children, however many. Where a parent may have very many, walk the children:
-- 11b_versions_by_epic.sql.

-- tables
create table epics (id bigint primary key, issue_id bigint);
create table versions (
  id bigint primary key, epic_id bigint references epics, issue_id bigint,
  constraint one_of_them check (num_nonnulls(epic_id, issue_id) = 1));
insert into epics select i, case when i % 25 > 0 then 100000 + i end from generate_series(1, 2000) as i;
insert into versions
select i, case when i % 4 > 0 then 1 + i * 31 % 1900 end, case when i % 4 = 0 then i end from generate_series(1, 5000) as i;
insert into versions select i, 1777 from generate_series(10000, 14999) as i;
create index on versions (epic_id);

-- awkward
select
  count(*) filter (where e.children >= 5000) as with_very_many_children,
  count(*) filter (where e.children = 0) as without_children,
  count(*) filter (where e.issue_id is null and e.children > 0) as without_an_issue,
  max(v.converted) as converted_before
from (select e.*, (select count(*) from versions v where v.epic_id = e.id) as children from epics e) as e
cross join (select count(*) as converted from versions where issue_id is not null) as v;

-- definition
select sluice.define('versions_issue_id',
  target     => 'epics',
  pending    => 'issue_id is not null and exists (select from versions v where v.epic_id = epics.id)',
  statements => array['update versions set issue_id = batch.issue_id, epic_id = null from batch where epic_id = batch.id']);

-- expected
update versions set epic_id = null, issue_id = 100000 + epic_id where epic_id % 25 > 0;
