-- Delete orphans of a polymorphic reference.

-- tables
create table namespaces (id bigint primary key);
create table members (id bigint primary key, source_type text, source_id bigint);
insert into namespaces select i from generate_series(1, 600) as i where i % 6 <> 0;
insert into members select i - 1500, (array['Namespace', 'Project', 'namespace', null, 'Namespace'])[1 + i % 5], i % 650 from generate_series(1, 3000) as i;
insert into members values (2000, 'Namespace', null), (2001, 'Namespace', -1), (2002, 'Namespace', 9223372036854775807);

-- awkward
select
  count(*) filter (where m.source_type = 'Project' and n.id is null) as of_another_type,
  count(*) filter (where m.source_type is null and n.id is null) as of_no_type,
  count(*) filter (where m.source_type = 'namespace' and n.id is null) as of_a_type_in_small_letters,
  count(*) filter (where m.source_type = 'Namespace' and m.source_id is null) as of_nothing,
  count(*) filter (where m.source_type = 'Namespace' and n.id is not null) as of_a_living_namespace
from members m left join namespaces n on n.id = m.source_id;

-- definition
select sluice.define('members_without_namespace',
  target  => 'members',
  pending => $$source_type = 'Namespace' and not exists (select from namespaces n where n.id = source_id)$$,
  delete  => true);

-- expected
delete from members
where id in (
  select m.id from members m left join namespaces n on n.id = m.source_id where m.source_type = 'Namespace' and n.id is null);
