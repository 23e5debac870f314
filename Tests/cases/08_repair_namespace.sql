-- Repair what differs from its parent, and touch nothing else.

-- tables
create table issues (id bigint primary key, namespace_id bigint);
create table links (id bigint primary key, work_item_id bigint, namespace_id bigint);
insert into issues select i, i % 30 from generate_series(1, 900) as i;
insert into issues values (1000, null), (1001, 5);
insert into links select i, i % 950, case i % 4 when 0 then null when 1 then -1 else (i % 950) % 30 end from generate_series(1, 3000) as i;
insert into links values (4000, 1000, 3), (4001, 1000, null), (4002, null, 3), (4003, 1001, null);

-- awkward
select
  count(*) filter (where i.id is null and l.work_item_id is not null) as orphans,
  count(*) filter (where l.work_item_id is null) as without_a_parent,
  count(*) filter (where i.id is not null and i.namespace_id is null and l.namespace_id is not null) as to_be_emptied,
  count(*) filter (where l.namespace_id = i.namespace_id) as right_already,
  count(*) filter (where l.namespace_id is null and i.namespace_id is null and i.id is not null) as null_in_both
from links l left join issues i on i.id = l.work_item_id;

-- definition
select sluice.define('links_namespace_repair',
  target  => 'links',
  pending => 'exists (select from issues i where i.id = work_item_id and i.namespace_id is distinct from links.namespace_id)',
  set     => 'namespace_id = i.namespace_id',
  source  => 'issues i',
  match   => 'i.id = links.work_item_id');

-- expected
update links l set namespace_id = i.namespace_id from issues i
where i.id = l.work_item_id and coalesce(i.namespace_id, -99) <> coalesce(l.namespace_id, -99);
