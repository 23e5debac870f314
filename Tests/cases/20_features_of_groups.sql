-- Insert a row for each that lacks one.

-- tables
create table namespaces (id bigint primary key, type text);
create table features (group_id bigint unique, created_at timestamptz not null default now());
create view compared_features as select group_id, created_at > '2001-01-01' as of_today from features;
insert into namespaces select i * 3, (array['Group', 'User', null, 'group'])[1 + i % 4] from generate_series(-1000, 3000) as i;
insert into features select i * 3, '2000-01-01' from generate_series(-1000, 3000, 8) as i;
insert into features values (null, '2000-01-01'), (7, '2000-01-01');

-- awkward
select
  count(*) filter (where n.type = 'Group' and f.group_id is not null) as there_already,
  count(*) filter (where n.type is null and n.id is not null) as of_no_type,
  count(*) filter (where n.id is null) as features_without_a_group,
  count(*) filter (where n.id < 0 and n.type = 'Group') as negative
from namespaces n full join features f on f.group_id = n.id;

-- definition
select sluice.define('features_of_groups',
  target     => 'namespaces',
  pending    => $$type = 'Group' and not exists (select from features f where f.group_id = namespaces.id)$$,
  statements => array['insert into features select id from batch on conflict do nothing']);

-- expected
insert into features select id from namespaces where type = 'Group' and id not in (select coalesce(group_id, 7) from features);
