-- Walk one table, change another.

-- tables
create table packages (id bigint primary key, status integer not null);
create table npm_metadata (package_id bigint primary key, package jsonb not null);
insert into packages select i, case when i % 12 = 0 then 5 else i % 3 end from generate_series(1, 3000) as i where i % 14 <> 0;
insert into npm_metadata
select i, case i % 4 when 0 then '{"deprecated": "use 2"}' when 1 then '{"deprecated": null}' when 2 then '{"name": "deprecated"}' else '[]' end::jsonb
from generate_series(1, 3000) as i where i % 5 <> 0;

-- awkward
select
  count(*) filter (where m.package ? 'deprecated' and p.id is null) as metadata_without_a_package,
  count(*) filter (where m.package_id is null) as packages_without_metadata,
  count(*) filter (where m.package -> 'deprecated' = 'null') as deprecated_null,
  count(*) filter (where m.package ? 'deprecated' and p.status = 5) as done_before
from npm_metadata m full join packages p on p.id = m.package_id;

-- definition
select sluice.define('packages_deprecated',
  target     => 'npm_metadata',
  pending    => $$package ? 'deprecated' and exists (select from packages p where p.id = package_id and p.status <> 5)$$,
  statements => array['update packages set status = 5 from batch where packages.id = batch.package_id']);

-- expected
update packages set status = 5
where status <> 5 and id in (select package_id from npm_metadata where jsonb_path_exists(package, 'strict $.deprecated', silent => true));
