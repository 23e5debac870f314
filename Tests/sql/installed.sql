-- The database that every test starts from.

select plan(7);

select has_schema('sluice', 'the schema that people use is there');
select has_schema('sluice_internal', 'and that which it rests on');
select schema_owner_is('sluice', 'sluice_owner', 'a plain role owns it');
select schema_owner_is('sluice_internal', 'sluice_owner', 'and the other');
select ok(count(*) <= 45, 'what people call fits on a screen') from pg_proc p where p.pronamespace = 'sluice'::regnamespace;
select is(
  (select rolsuper or rolcreaterole or rolcreatedb or rolreplication from pg_roles where rolname = 'sluice_owner'),
  false,
  'that role has no rights beyond its own database'
);
select is_empty(
  $$
    select c.oid::regclass
    from pg_class c
    where c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[]) and c.relowner <> 'sluice_owner'::regrole
  $$,
  'everything belongs to it'
);

select * from finish();
