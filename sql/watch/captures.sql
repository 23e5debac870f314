-- View sluice.captures: the capture triggers that are on tables of this database, also those that nobody removed.
-- Read from PostgreSQL's own catalog, so that none is unseen: name is null where no migration is known any more.
-- Read by:  viewers, authors and operators.
-- Locks, writes: nothing.

create or replace view sluice.captures as
select
  m.name,
  r.rolname as owner,
  m.state,
  t.tgrelid::regclass as target,
  t.tgname as trigger,
  p.oid::regprocedure as function,
  case t.tgenabled when 'A' then 'always' when 'O' then 'on' when 'R' then 'on replicas' else 'off' end as enabled,
  t.tgqual is not null as checks_first
from pg_catalog.pg_trigger t
join pg_catalog.pg_proc p on p.oid = t.tgfoid
join pg_catalog.pg_roles r on r.oid = p.proowner
left join sluice.migration m on pg_catalog.format('zz_sluice_capture_%s', m.migration_id) = t.tgname
where t.tgparentid = 0 and t.tgname ~ '^zz_sluice_capture_[0-9]+$'
  and pg_catalog.format('zz_%s', p.proname) = t.tgname;

comment on view sluice.captures is 'The capture triggers on tables of this database, also those left behind.';
comment on column sluice.captures.enabled is
  'always: also for rows that replication applies; on: not for those; off: somebody disabled it';
comment on column sluice.captures.checks_first is
  'pending is tested before the function is called, so rows that are not pending cost next to nothing';
