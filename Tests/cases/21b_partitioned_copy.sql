-- Move rows to a partitioned copy, with a column that is looked up by kind: one view of all lookups.
--
-- The view makes the predicate short, so that the copy is verified.

-- tables
create table projects (id bigint primary key, namespace_id bigint not null);
create table groups (like projects including all);
create table issues (like projects including all);
create table epics (like projects including all);
create table snippets (like projects including all);
create table designs (like projects including all);
create table commits (like projects including all);
insert into projects select i, 1000 + i from generate_series(1, 90) as i;
insert into groups select i, 2000 + i from generate_series(1, 80) as i;
insert into issues select i, 3000 + i from generate_series(1, 70) as i;
insert into epics select i, 4000 + i from generate_series(1, 60) as i;
insert into snippets select i, 5000 + i from generate_series(1, 90) as i;
insert into designs select i, 6000 + i from generate_series(1, 90) as i;
insert into commits select i, 7000 + i from generate_series(1, 90) as i;
create table notices (id bigint primary key, kind text, ref bigint, payload jsonb);
insert into notices
select i, (array['projects', 'groups', 'issues', 'epics', 'snippets', 'designs', 'commits', 'teams', null])[1 + i % 9], i / 9 % 95,
  case when i % 10 > 0 then jsonb_build_object('text', repeat('ä', i % 50)) end
from generate_series(1, 3000) as i;
create table notices_p (id bigint, namespace_id bigint not null, kind text, ref bigint, payload jsonb, primary key (id, namespace_id))
partition by hash (namespace_id);
create table notices_p_0 partition of notices_p for values with (modulus 2, remainder 0);
create table notices_p_1 partition of notices_p for values with (modulus 2, remainder 1);
insert into notices_p select id, 1000 + ref, kind, ref, payload from notices where kind = 'projects' and id % 50 = 0 and ref between 1 and 90;
create view owners as
  select 'projects' as kind, * from projects union all select 'groups', * from groups union all select 'issues', * from issues
  union all select 'epics', * from epics union all select 'snippets', * from snippets union all select 'designs', * from designs
  union all select 'commits', * from commits;

-- awkward
select
  count(*) filter (where kind = 'epics' and ref > 60) as whose_reference_is_gone,
  count(*) filter (where kind = 'teams') as of_an_unknown_kind,
  count(*) filter (where kind is null) as of_no_kind,
  count(*) filter (where id in (select id from notices_p)) as copied_before,
  count(distinct kind) filter (where kind <> 'teams') / 7 as all_kinds
from notices;

-- definition
select sluice.define('notices_partitioned_verified',
  target     => 'notices',
  pending    => 'exists (select from owners o where (o.kind, o.id) = (notices.kind, ref))
                 and not exists (select from notices_p p where p.id = notices.id)',
  statements => array['insert into notices_p (id, namespace_id, kind, ref, payload)
    select b.id, o.namespace_id, b.kind, b.ref, b.payload from batch b join owners o on (o.kind, o.id) = (b.kind, b.ref)']);

-- expected
insert into notices_p
select n.id, l.namespace_id, n.kind, n.ref, n.payload
from notices n
join (
  select 'projects' as kind, * from projects union all select 'groups', * from groups union all select 'issues', * from issues
  union all select 'epics', * from epics union all select 'snippets', * from snippets union all select 'designs', * from designs
  union all select 'commits', * from commits) as l on l.kind = n.kind and l.id = n.ref
where n.id not in (select id from notices_p);
