-- Tables that inherit, each with rows of its own; partitions of partitions, one attached with its columns in another order.

-- tables
create table animals (id integer primary key, name text, legs integer);
create table birds (wings integer, primary key (id)) inherits (animals);
create table owls (hoots boolean, primary key (id)) inherits (birds);
insert into animals select i, 'a' || i, case when i % 6 = 0 then 6 end from generate_series(1, 900) as i;
insert into birds select i, 'b' || i, null, 2 from generate_series(500, 1400) as i;
insert into owls select i, 'o' || i, null, 2, true from generate_series(1, 900) as i;
create table sales (region text not null, sold_on date not null, id integer not null, amount integer, cents bigint) partition by list (region);
create table sales_eu partition of sales for values in ('de', 'fr') partition by range (sold_on);
create table sales_eu_1 partition of sales_eu for values from ('2026-01-01') to ('2026-02-01');
create table "Sales EU 2" (cents bigint, dropped text, id integer not null, amount integer, sold_on date not null, region text not null);
alter table "Sales EU 2" drop dropped;
alter table sales_eu attach partition "Sales EU 2" for values from ('2026-02-01') to ('2027-01-01');
create table sales_rest partition of sales default;
alter table sales add primary key (region, sold_on, id);
insert into sales
select (array['de', 'fr', 'us', ''])[1 + i % 4], date '2026-01-01' + i / 90, i, case when i % 10 > 0 then i end from generate_series(1, 3500) as i;

-- awkward
select
  (select count(*) from animals a join animals b using (id) where a.tableoid <> b.tableoid) as the_same_id_in_two_tables,
  (select count(*) from "Sales EU 2") as in_another_order,
  (select count(*) from sales where amount is null) as nulls;

-- definition
select sluice.define('animals_legs', target => 'animals', pending => 'legs is null', set => 'legs = 2');
select sluice.define('sales_cents', target => 'sales', pending => 'cents is null and amount is not null', set => 'cents = amount * 100');

-- expected
update animals set legs = 2 where legs is null;
update sales set cents = amount * 100::bigint where amount is not null;
