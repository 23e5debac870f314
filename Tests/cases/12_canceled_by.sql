-- Clear a composite reference that points nowhere, walked by the reference itself.
--
-- The key is not unique: all builds of one canceled_by are in one batch.

-- tables
create table pipelines (id bigint, partition integer, primary key (id, partition));
create table builds (id bigint primary key, pipeline_id bigint, canceled_by bigint, canceled_by_partition integer);
insert into pipelines select i, i % 3 from generate_series(1, 400) as i where i % 7 <> 0;
insert into builds
select i, i % 400, case when i % 3 > 0 then i * 11 % 420 - 5 end, case when i % 13 > 0 then (i * 11 % 420 - 5) % (2 + i % 2) end
from generate_series(1, 4000) as i;
insert into builds values (5000, 1, 9223372036854775807, -1), (5001, 1, -9223372036854775808, 0);
create index on builds (canceled_by);

-- awkward
select
  count(*) filter (where b.canceled_by is null and b.canceled_by_partition is not null) as partition_without_a_pipeline,
  count(*) filter (where b.canceled_by is not null and b.canceled_by_partition is null) as pipeline_without_a_partition,
  count(*) filter (where p.id is null and b.canceled_by in (select id from pipelines)) as in_another_partition,
  count(*) filter (where b.canceled_by < 0) as negative,
  count(*) filter (where p.id is not null) as right_already,
  (select count(*) from (select from builds group by canceled_by having count(*) > 1) as d) as of_the_same_pipeline
from builds b left join pipelines p on p.id = b.canceled_by and p.partition = b.canceled_by_partition;

-- definition
select sluice.define('builds_canceled_by',
  target  => 'builds',
  key     => '{canceled_by}',
  pending => 'canceled_by is not null and not exists (
                select from pipelines p where (p.id, p.partition) = (canceled_by, canceled_by_partition))',
  set     => 'canceled_by = null, canceled_by_partition = null');

-- expected
update builds b set canceled_by = null, canceled_by_partition = null
from (select b.id, count(p.id) as found
  from builds b left join pipelines p on p.id = b.canceled_by and p.partition = b.canceled_by_partition group by b.id) as f
where f.id = b.id and f.found = 0 and b.canceled_by is not null;
