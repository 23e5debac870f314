-- sluice.adopt(): lets this database run migrations after it was restored from a dump or copied from another.
-- Functions are compiled again, because relations have other oids here; and owners are found by name. A migration
-- whose owner is no role of this server runs when set_owner() has given it another one; the rest runs at once.
-- Called by: the owner of schema sluice.
-- Locks, writes: sluice_internal.installation, owners, compiled functions, events.
-- Raises: nothing, but warns of owners that are missing; adopting the own database is a no-op.

create or replace function sluice.adopt()
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  known_id bigint;
  other_server boolean;
  ownerless record;
begin
  if sluice.is_adopted() then
    return;
  end if;
  select i.system_identifier <> c.system_identifier into other_server
  from sluice_internal.installation i cross join pg_control_system() c;
  update sluice_internal.installation i
  set adopted = true,
    cluster_names = case when i.cluster_names is not null and current_setting('cluster_name') <> ''
      then array[current_setting('cluster_name')] end,
    system_identifier = c.system_identifier,
    database_oid = (select d.oid from pg_database d where d.datname = current_database())
  from pg_control_system() c;
  if other_server then
    update sluice_internal.migration m set owner_id = sluice_internal.role_id(m.owner);
  end if;
  for known_id in
    select m.migration_id from sluice_internal.migration m where m.cleaned_at is null order by m.migration_id
  loop
    perform sluice_internal.compile_migration(known_id, again => true);
  end loop;
  -- rows are at other places here, columns and types have other numbers; orders of text, which may be others too, are
  -- compared by each batch
  update sluice_internal.lane l
  set key_order = regexp_replace(l.key_order, '^columns [^,]*', n.numbers)
  from sluice_internal.migration m
  cross join lateral sluice_internal.leaf_relations(m.target) as r
  cross join lateral substring(
    sluice_internal.key_order(r.relation, m.key_columns, m.assigned_columns) from '^columns [^,]*') as n (numbers)
  where m.migration_id = l.migration_id and r.relation = l.relation and n.numbers is not null
    and l.key_order is not null;
  update sluice_internal.quarantine q
  set key_order = regexp_replace(q.key_order, '^columns [^,]*', n.numbers)
  from sluice_internal.migration m
  cross join lateral sluice_internal.leaf_relations(m.target) as r
  cross join lateral substring(
    sluice_internal.key_order(r.relation, m.key_columns, m.assigned_columns) from '^columns [^,]*') as n (numbers)
  where m.migration_id = q.migration_id and r.relation = q.relation and n.numbers is not null;
  update sluice_internal.lane l
  set key_order = 'another database'
  from sluice_internal.migration m
  where m.migration_id = l.migration_id and (l.by_blocks or m.key_columns = '{ctid}') and l.act in ('change', 'sweep')
    and (l.key_order is not null or l.cursor is not null or l.upper is not null);
  update sluice_internal.quarantine q
  set key_order = 'another database'
  from sluice_internal.migration m
  where m.migration_id = q.migration_id and m.key_columns = '{ctid}';
  -- the trigger came along as it was made, under another number
  update sluice_internal.captured_relation c
  set trigger_id = t.trigger_id, written_in = t.written_in
  from sluice_internal.migration m
  cross join lateral sluice_internal.capture_triggers(m) as t
  where m.migration_id = c.migration_id and t.relation = c.relation
    and t.enabled = c.enabled and t.function_hash = c.function_hash;
  perform sluice_internal.record_event(null, 'adopted', format('database %s was adopted by %s', current_database(),
    session_user));
  for ownerless in
    select m.migration_id, m.name, m.owner from sluice_internal.migration m
    where m.cleaned_at is null and not exists (select from pg_roles r where r.oid = m.owner_id)
    order by m.migration_id
  loop
    perform sluice_internal.record_event(ownerless.migration_id, 'owner_gone', format('there is no role %s here',
      ownerless.owner));
    raise warning using
      errcode = 'undefined_object',
      message = format('migration "%s" belongs to "%s", which does not exist', ownerless.name, ownerless.owner),
      detail = 'It was adopted, and runs when it has an owner.',
      hint = format('Give it to an author: select sluice.set_owner(%L, ''...'');', ownerless.name);
  end loop;
  perform sluice_internal.wake_drivers('');
end
$$;

comment on function sluice.adopt() is 'Lets a restored or copied database run the migrations it was restored with.';
