-- View sluice.captures: the capture triggers that are on tables of this database, also those that were left behind.
-- Read from PostgreSQL's own catalog, so that none is unseen: name is null where no migration is known any more, or the
-- trigger, whatever it is called, is neither its owner's nor one that was written down (capture/capture_functions.sql).
-- A partition has a row of its own where its trigger is not as that of the table it inherited it from, or was not all
-- the time.
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
  t.tgqual is not null as checks_first,
  case when t.tgparentid <> 0 then root.relation end as inherited_from,
  made.is_intact
from pg_catalog.pg_trigger t
join pg_catalog.pg_proc p on p.oid = t.tgfoid
join pg_catalog.pg_roles r on r.oid = p.proowner
cross join lateral (
  -- fewer digits than would overflow
  select pg_catalog.substring(p.proname::text, '^sluice_capture_([0-9]{1,18})_[0-9a-f]{8}$')::bigint as migration_id)
  as numbered
cross join lateral sluice_internal.capture_names(numbered.migration_id) as named
left join sluice_internal.migration m on m.migration_id = numbered.migration_id
  and p.oid in (select f.function from sluice_internal.capture_functions(numbered.migration_id) as f)
cross join lateral (
  with recursive ancestor as (
    select t.tgrelid as relid, t.tgenabled, t.tgparentid
    union all
    select u.tgrelid, u.tgenabled, u.tgparentid
    from ancestor a
    join pg_catalog.pg_trigger u on u.oid = a.tgparentid)
  select a.relid::regclass as relation, a.tgenabled from ancestor a where a.tgparentid = 0) as root
left join lateral (
  -- one by one: a comparison of rows is printed otherwise by a dump of a dump
  select not (t.oid is distinct from c.trigger_id or t.xmin is distinct from c.written_in
    or t.tgenabled is distinct from c.enabled
    or sluice_internal.function_hash(t.tgfoid) is distinct from c.function_hash
    or p.proowner is distinct from m.owner_id) as is_intact
  from sluice_internal.captured_relation c
  where c.migration_id = m.migration_id and c.relation = t.tgrelid and sluice.is_adopted()) as made on true
where t.tgname = named.trigger_name and p.proname ~ named.function_pattern
  and (t.tgparentid = 0 or t.tgenabled <> root.tgenabled or not made.is_intact);

comment on view sluice.captures is 'The capture triggers on tables of this database, also those left behind.';
comment on column sluice.captures.enabled is
  'always: also for rows that replication applies; on: not for those; off: it was disabled';
comment on column sluice.captures.checks_first is
  'pending is tested before the function is called, so rows that are not pending cost next to nothing';
comment on column sluice.captures.inherited_from is
  'on a partition whose trigger differs, the table that it was copied from; null for a trigger of its own';
comment on column sluice.captures.is_intact is
  'it is what was installed, and has been all the time since; null where that is not known';
