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
cross join lateral (
  -- fewer digits than would overflow
  select pg_catalog.substring(p.proname::text, '[0-9]{1,18}$')::bigint as migration_id) as numbered
cross join lateral sluice.capture_names(numbered.migration_id) as named
left join sluice.migration m on m.migration_id = numbered.migration_id
where t.tgparentid = 0 and not t.tgisinternal and t.tgname = named.trigger_name and p.proname = named.function_name;

comment on view sluice.captures is 'The capture triggers on tables of this database, also those left behind.';
comment on column sluice.captures.enabled is
  'always: also for rows that replication applies; on: not for those; off: somebody disabled it';
comment on column sluice.captures.checks_first is
  'pending is tested before the function is called, so rows that are not pending cost next to nothing';
