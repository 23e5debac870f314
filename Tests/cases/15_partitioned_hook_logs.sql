-- Delete what a constraint forbids from a partitioned table, then validate the constraint.

-- tables
create table hook_logs (
  id bigint, created_at timestamptz, org bigint, grp bigint, proj bigint, primary key (id, created_at)
) partition by range (created_at);
create table hook_logs_1 partition of hook_logs for values from (minvalue) to ('2026-03-28 00:00+00');
create table hook_logs_2 partition of hook_logs for values from ('2026-03-28 00:00+00') to ('2026-03-29 00:00+00');
create table hook_logs_3 partition of hook_logs for values from ('2026-03-29 00:00+00') to ('2026-03-30 00:00+00');
create table hook_logs_4 partition of hook_logs for values from ('2026-03-30 00:00+00') to ('2026-03-31 00:00+00');
create table hook_logs_rest partition of hook_logs default;
insert into hook_logs
select i % 2500, timestamptz '2026-03-27 00:00+00' + i * interval '90 seconds',
  case when i % 2 = 0 then i end, case when i % 3 = 0 then i end, case when i % 5 = 0 or i % 11 = 0 then i end
from generate_series(1, 4000) as i;
insert into hook_logs values (-1, '-infinity', 1, 2, null);
alter table hook_logs add constraint one_owner check (num_nonnulls(org, grp, proj) = 1) not valid;

-- awkward
select
  count(*) filter (where num_nonnulls(org, grp, proj) = 0) as without_an_owner,
  count(*) filter (where num_nonnulls(org, grp, proj) = 2) as with_two,
  count(*) filter (where num_nonnulls(org, grp, proj) = 3) as with_three,
  count(*) filter (where created_at = '-infinity') as before_all_times,
  (select count(*) from (select from hook_logs group by id having count(*) > 1) as d) as with_the_same_id,
  (select count(distinct tableoid) / 5 from hook_logs) as partitions
from hook_logs;

-- definition
select sluice.define('hook_logs_one_owner',
  target    => 'hook_logs',
  pending   => 'num_nonnulls(org, grp, proj) <> 1',
  delete    => true,
  on_finish => array['alter table hook_logs validate constraint one_owner']);

-- expected
delete from hook_logs
where (org is not null)::integer + (grp is not null)::integer + (proj is not null)::integer <> 1;

-- after
select bool_and(convalidated) and count(*) = 6 as "the constraint is validated on each partition"
from pg_constraint where conname = 'one_owner' and connamespace = 'public'::regnamespace;
