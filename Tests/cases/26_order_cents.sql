-- A column of a table that the application writes all the time, in the old form, behind the walk too: with capture.
-- hostile: planted numeric * integer; the SET list of this test is its own
-- hostile: set default_transaction_isolation = 'read committed'; its application does not repeat what cannot be serialized

-- tables
create table orders (id uuid primary key, total numeric, cents bigint);
insert into orders select md5(i::text)::uuid, (i - 1000) * 1.37, case when i % 8 = 0 then (i - 1000) * 137 end from generate_series(1, 3000) as i;
insert into orders values
  ('00000000-0000-0000-0000-000000000000', 0.005, null), ('ffffffff-ffff-ffff-ffff-ffffffffffff', null, null),
  ('00000000-0000-0000-0000-000000000001', 92233720368547758.07, null);

-- awkward
select
  count(*) filter (where total is null) as without_a_total,
  count(*) filter (where total < 0 and cents is null) as negative,
  count(*) filter (where total * 100 <> round(total * 100)) as with_half_a_cent,
  count(*) filter (where total > 92233720368547758) as the_largest,
  count(*) filter (where cents is not null) as filled_before
from orders;

-- definition
select sluice.define('orders_cents',
  target  => 'orders',
  pending => 'cents is null and total is not null',
  set     => 'cents = total * 100',
  capture => true);

-- meanwhile
insert into orders (id, total) values ('00000000-0000-0000-0000-000000000002', -7.77), ('ffffffff-ffff-ffff-ffff-fffffffffff0', 7.77);
insert into orders (id, total) select md5('new ' || i)::uuid, i / 3.0 from generate_series(1, 300) as i;
update orders set id = md5(id::text)::uuid where id > 'f0000000-0000-0000-0000-000000000000';
update orders set total = total + 1, cents = null where total < 1000 and id < '20000000-0000-0000-0000-000000000000';
delete from orders where id between '80000000-0000-0000-0000-000000000000' and '81000000-0000-0000-0000-000000000000';
insert into orders (id, total, cents) select md5('older ' || i)::uuid, null, null from generate_series(1, 30) as i;

-- expected
update orders set cents = round(total * 100) where cents is null and total is not null;
