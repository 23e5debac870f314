-- Generated and identity columns, assignments of several columns, of an element, of a key in jsonb, and of a default.
-- hostile: planted to_jsonb(integer); the SET list of this test is its own

-- tables
create table invoices (
  invoice_id bigint generated always as identity primary key, net numeric, tax numeric,
  gross numeric generated always as (net + tax) stored, doc jsonb not null default '{}', list integer[], status text default 'new');
insert into invoices (net, list, status) select case when i % 9 > 0 then i end, array[i, i], null from generate_series(1, 2500) as i;
delete from invoices where invoice_id % 7 = 0;
create table invoices_copy (like invoices including all);

-- awkward
select count(*) filter (where net is null) as nulls, max(invoice_id) - count(*) as gaps from invoices;

-- definition
select sluice.define('invoices_tax',
  target  => 'invoices',
  pending => 'tax is null and net is not null',
  set     => $$(tax, status) = (select net * 0.19, 'taxed'), list[2] = 0, doc['tax'] = to_jsonb(19)$$);
select sluice.define('invoices_copied',
  target     => 'invoices',
  pending    => 'not exists (select from invoices_copy c where c.invoice_id = invoices.invoice_id)',
  statements => array['insert into invoices_copy (invoice_id, net) overriding system value select invoice_id, net from batch'],
  after      => '{invoices_tax}');

-- expected
update invoices set tax = net * 0.19, status = 'taxed', list = array[invoice_id, 0], doc = '{"tax": 19}' where net > 0;
insert into invoices_copy (invoice_id, net) overriding system value select invoice_id, net from invoices;
