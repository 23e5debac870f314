-- sluice.adopt(): lets this database run migrations after it was restored from a dump or copied from another.
-- Functions are compiled anew, because relations have other oids here.
-- Called by: the owner of schema sluice.
-- Locks, writes: sluice.installation, compiled functions, an event.
-- Raises: nothing; adopting the own database is a no-op.

create or replace function sluice.adopt()
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
declare
  known_id bigint;
begin
  if sluice.is_adopted() then
    return;
  end if;
  update sluice.installation i
  set system_identifier = c.system_identifier,
    database_oid = (select d.oid from pg_database d where d.datname = current_database())
  from pg_control_system() c;
  for known_id in
    select m.migration_id from sluice.migration m where m.cleaned_at is null order by m.migration_id
  loop
    perform sluice.drop_compiled(known_id);
    perform sluice.compile_migration(known_id);
  end loop;
  perform sluice.record_event(null, 'adopted', format('database %s was adopted by %s', current_database(), session_user));
  perform pg_notify('sluice', '');
end
$$;

comment on function sluice.adopt() is 'Lets a restored or copied database run the migrations it was restored with.';
