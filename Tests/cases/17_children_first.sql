-- Delete rows that others refer to: children first, then the rows themselves.

-- tables
create table rules (id bigint primary key, type integer, config_id bigint);
create table rule_sources (id bigint primary key, rule_id bigint not null references rules);
insert into rules select i, i % 6, case when i % 4 = 0 then i end from generate_series(1, 3000) as i;
insert into rules values (4000, null, null);
insert into rule_sources select i, 1 + i * 17 % 2900 from generate_series(1, 4000) as i;
insert into rule_sources select i, 2002 from generate_series(5000, 5100) as i;
create index on rule_sources (rule_id);

-- awkward
select
  count(*) filter (where r.type in (2, 4) and r.config_id is null and s.sources = 0) as without_children,
  count(*) filter (where r.type in (2, 4) and r.config_id is null and s.sources > 100) as with_many,
  count(*) filter (where r.type in (2, 4) and r.config_id is not null) as configured,
  count(*) filter (where r.type is null) as of_no_type
from rules r cross join lateral (select count(*) as sources from rule_sources s where s.rule_id = r.id) as s;

-- definition
select sluice.define('rules_without_config',
  target     => 'rules',
  pending    => 'type in (2, 4) and config_id is null',
  statements => array[
    'delete from rule_sources using batch where rule_id = batch.id',
    'delete from rules using batch where rules.id = batch.id']);

-- expected
delete from rule_sources where rule_id in (select id from rules where config_id is null and (type = 2 or type = 4));
delete from rules where config_id is null and (type = 2 or type = 4);
