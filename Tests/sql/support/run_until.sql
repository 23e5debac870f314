-- run_until(migration, condition): runs batches, a transaction each, until the condition holds or nothing is left to do.

create procedure run_until(migration text, condition text, most integer default 2000) language plpgsql as
$$
declare
  holds boolean;
begin
  for i in 1 .. most loop
    execute 'select ' || condition into holds;
    exit when holds or (select p.state from sluice.progress(migration) as p) not in ('scheduled', 'running', 'verifying');
    perform sluice_internal.run_one(migration);
    commit;
  end loop;
end
$$;
