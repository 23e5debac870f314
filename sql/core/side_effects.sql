-- sluice.side_effects(): what in this database takes in the tables and functions of Sluice together with all others:
--
--   publication         FOR ALL TABLES, or of schema sluice: a subscriber that does not have these tables stops at
--                       their first row
--   event_trigger       fires for each object that is created: at installation, and for the functions of each
--                       definition
--   default_privileges  give other roles rights on what the owner creates; the installation revokes them
-- is_harmful: it may be used at this moment, by a subscriber that would stop; the installation then refuses, unless the
-- setting sluice.allow_publication is on.
-- Called when:  installing; by doctor.
-- Locks, writes, raises: nothing.

create or replace function sluice.side_effects()
returns table (kind text, name text, is_harmful boolean, message text, detail text, hint text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select 'publication', p.pubname::text, s.slots is not null,
    format('publication "%s" takes in the tables of Sluice', p.pubname),
    'A subscriber that does not have them stops at the first of their rows, and applies nothing any more.'
      || coalesce(format(' A subscriber reads slot %s.', s.slots), ''),
    format('Publish your own schemas instead: create publication ... for tables in schema public; alter the '
      'subscriptions to it, and drop publication %I;', p.pubname)
  from pg_publication p
  cross join lateral (
    select string_agg(format('"%s"', r.slot_name), ', ' order by r.slot_name) as slots
    from pg_replication_slots r
    where r.slot_type = 'logical' and r.plugin = 'pgoutput' and r.database = current_database()) as s
  where p.puballtables
    or exists (
      select from pg_publication_namespace n
      where n.pnpubid = p.oid and n.pnnspid = any ('{sluice,sluice_internal}'::regnamespace[]))
  union all
  select 'event_trigger', e.evtname::text, false,
    format('event trigger "%s" fires for what Sluice creates', e.evtname),
    'That is some hundred objects at installation, and about ten functions for each table of each definition.',
    format('Let %s ignore the schemas sluice and sluice_internal, where it should.', e.evtfoid::regprocedure)
  from pg_event_trigger e
  where e.evtenabled in ('O', 'A') and e.evtevent in ('ddl_command_start', 'ddl_command_end', 'sql_drop')
  union all
  select distinct 'default_privileges', g.grantee, false,
    format('default privileges give "%s" rights on what "%s" creates', g.grantee, g.owner),
    'The installation revokes them on the objects of Sluice.',
    'Rights are given by sluice.grant_viewer(), grant_operator() and grant_author().'
  from (
    select coalesce(r.rolname::text, 'public') as grantee, pg_get_userbyid(d.defaclrole) as owner
    from pg_default_acl d
    cross join aclexplode(d.defaclacl) as x
    left join pg_roles r on r.oid = x.grantee
    where d.defaclrole = (select n.nspowner from pg_namespace n where n.nspname = 'sluice')
      and (d.defaclnamespace = 0 or d.defaclnamespace = any ('{sluice,sluice_internal}'::regnamespace[]))
      and x.grantee not in (0, d.defaclrole)) as g
$$;

comment on function sluice.side_effects() is
  'What in this database takes in the tables and functions of Sluice together with all others, and what to do.';
