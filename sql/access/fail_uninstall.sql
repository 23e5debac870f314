-- sluice_internal.fail_uninstall(target): says whose locks keep uninstall() from going on: on relations of schema
-- sluice, on views over its functions, which go with them, or on the target of a capture trigger.
-- Called when:  uninstall() could not obtain a lock.
-- Locks, writes: nothing.  Raises: 55P03.

create or replace function sluice_internal.fail_uninstall(target regclass default null)
returns void
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
declare
  holders text;
begin
  select string_agg(distinct coalesce('pid ' || h.pid, format('prepared transaction %L', h.gid)), ', ') into holders
  from pg_class c
  cross join lateral sluice_internal.lock_holders(c.oid) as h
  where case
    when fail_uninstall.target is not null then c.oid = fail_uninstall.target
    else c.relkind in ('r', 'v') and c.relnamespace = any ('{sluice,sluice_internal}'::regnamespace[])
      or c.oid in (
        select r.ev_class
        from pg_rewrite r
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          and d.refclassid = 'pg_proc'::regclass
        join pg_proc p on p.oid = d.refobjid and p.pronamespace = any ('{sluice,sluice_internal}'::regnamespace[]))
  end;
  raise exception using
    errcode = 'lock_not_available',
    message = format('could not uninstall: could not obtain a lock on %s',
      coalesce('table ' || target, 'schema sluice')),
    detail = format('Locks there are held by %s.', coalesce(holders, 'no session any more')),
    hint = 'Look at the holders in pg_stat_activity; when they have ended, or were ended by pg_terminate_backend(), '
      'or a prepared transaction by rollback prepared, call it again: it goes on where it was.';
end
$$;

comment on function sluice_internal.fail_uninstall(regclass) is
  'Raises 55P03 with the sessions whose locks keep uninstall() from going on.';
