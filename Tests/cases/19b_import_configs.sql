-- Walk one table, delete in another, with a predicate that tells what is left: it is verified.

-- tables
create table imports (id bigint primary key, status integer);
create table import_configs (id bigint primary key, import_id bigint, secret text);
insert into imports select i, i % 5 from generate_series(1, 3000) as i where i % 21 <> 0;
insert into imports values (-5, null), (-4, 3);
insert into import_configs select i, i * 13 % 3100, 'sécret ' || i from generate_series(1, 3500) as i;
insert into import_configs values (4000, -5, ''), (4001, -4, null), (4002, null, 'x');
create index on import_configs (import_id);

-- awkward
select
  count(*) filter (where i.id is null and c.import_id is not null) as configs_without_an_import,
  count(*) filter (where c.import_id is null) as configs_of_nothing,
  count(*) filter (where c.id is not null and i.id is not null and i.status is null) as of_no_status,
  (select count(*) from imports where status in (2, 3) and id not in (select import_id from import_configs where import_id > 0)) as imports_without_configs,
  (select count(*) from (select from import_configs group by import_id having count(*) > 1) as d) as imports_with_several
from import_configs c left join imports i on i.id = c.import_id;

-- definition
select sluice.define('import_configs_of_final_imports_verified',
  target     => 'imports',
  pending    => 'status in (2, 3) and exists (select from import_configs c where c.import_id = imports.id)',
  statements => array['delete from import_configs using batch where import_id = batch.id']);

-- expected
delete from import_configs where import_id in (select id from imports where status = 2 or status = 3);
