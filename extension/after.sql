
-- pg_dump leaves out the rows of an extension's tables unless told otherwise. Tell it for all that are logged, and for
-- the sequences behind them.
do $$
declare
  member record;
begin
  for member in
    select c.oid
    from pg_catalog.pg_extension e
    join pg_catalog.pg_depend d
      on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      and d.refobjid = e.oid
      and d.deptype = 'e'
      and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    join pg_catalog.pg_class c on c.oid = d.objid
    where e.extname = 'sluice'
      and c.relkind in ('r', 'p', 'S')
      and c.relpersistence = 'p'
  loop
    perform pg_catalog.pg_extension_config_dump(member.oid, '');
  end loop;
end
$$;
