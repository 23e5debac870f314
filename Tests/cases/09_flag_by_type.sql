-- A flag from the type of the parent. What the old way did in two passes is one expression.

-- tables
create table namespaces (id bigint primary key, type text);
create table settings (namespace_id bigint primary key, flag boolean);
insert into namespaces select i, (array['Group', 'User', 'Project', 'group', null])[1 + i % 5] from generate_series(1, 3000) as i where i % 17 <> 0;
insert into settings select i, case when i % 13 = 0 then i % 2 = 0 end from generate_series(1, 3000) as i where i % 11 <> 0;

-- awkward
select
  count(*) filter (where s.flag is null and n.id is null) as orphans,
  count(*) filter (where s.flag is null and n.type = 'Project') as of_another_type,
  count(*) filter (where s.flag is null and n.id is not null and n.type is null) as of_no_type,
  count(*) filter (where s.flag = (n.type = 'User')) as set_before_to_the_contrary
from settings s left join namespaces n on n.id = s.namespace_id;

-- definition
select sluice.define('settings_flag',
  target  => 'settings',
  pending => $$flag is null and exists (select from namespaces n where n.id = namespace_id and n.type in ('Group', 'User'))$$,
  set     => $$flag = (n.type = 'Group')$$,
  source  => 'namespaces n',
  match   => 'n.id = settings.namespace_id');

-- expected
update settings set flag = true where flag is null and namespace_id in (select id from namespaces where type = 'Group');
update settings set flag = false where flag is null and namespace_id in (select id from namespaces where type = 'User');
