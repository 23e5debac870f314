-- sluice_internal.read_only_reason(role_id): whether default_transaction_read_only is on for sessions of a role in this
-- database, and where it was set. That is an operator's switch: batches wait until it is off, and nothing overrides it.
-- What a session set for itself is not known to others; claim looks at its own.
-- Called when:  claiming, before work() and cleanup(); by views.
-- Locks, writes: nothing.  Raises: nothing. Null when the database takes writes.

create or replace function sluice_internal.read_only_reason(role_id oid, out reason text, out advice text)
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  with known as (
    select case when s.setrole = 0 then 3 when s.setdatabase = 0 then 2 else 1 end as place,
      split_part(c.entry, '=', 2)::boolean as is_on
    from pg_db_role_setting s
    cross join unnest(s.setconfig) as c (entry)
    where starts_with(c.entry, 'default_transaction_read_only=')
      and s.setrole in (0, role_id)
      and s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
    union all
    select 4, g.setting::boolean
    from pg_settings g
    where g.name = 'default_transaction_read_only'
      and g.source in ('configuration file', 'command line', 'environment variable')
    order by place
    limit 1)
  select
    format('the database to take writes: default_transaction_read_only is on for %s',
      case k.place
        when 1 then format('role "%s" in database "%s"', pg_get_userbyid(role_id), current_database())
        when 2 then format('role "%s"', pg_get_userbyid(role_id))
        when 3 then format('database "%s"', current_database())
        else 'the server'
      end),
    case k.place
      when 1 then format('alter role %I in database %I reset default_transaction_read_only;', pg_get_userbyid(role_id),
        current_database())
      when 2 then format('alter role %I reset default_transaction_read_only;', pg_get_userbyid(role_id))
      when 3 then format('alter database %I reset default_transaction_read_only;', current_database())
      else 'alter system reset default_transaction_read_only; select pg_reload_conf();'
    end || ' That counts for new sessions: then end those of workers.'
  from known k
  where k.is_on
$$;

comment on function sluice_internal.read_only_reason(oid) is
  'Why sessions of a role cannot write in this database, and the command that ends it; null when they can.';
