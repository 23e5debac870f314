-- The database that every test starts from.

select plan(4);

select has_schema('sluice', 'the schema is there');
select schema_owner_is('sluice', 'sluice_owner', 'a plain role owns it');
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
