-- sluice_internal.refuse_open_schemas(migration): refuses a capture trigger that would look names up where others than
-- the author can create what it would call: it runs in the sessions of all who write to the table, with the author's
-- rights.
-- Called when:  defining with capture, and when the trigger is made, because rights may have changed meanwhile; in the
--   author's session.
-- Locks, writes: nothing.
-- Raises: SL001.

create or replace function sluice_internal.refuse_open_schemas(migration sluice_internal.migration)
returns void
language plpgsql stable
set search_path to pg_catalog, pg_temp
as $$
declare
  refused record;
begin
  select o.* into refused from sluice_internal.open_schemas(migration.search_path, session_user) as o limit 1;
  if found then
    raise exception using
      errcode = 'SL001',
      message = format('migration "%s", capture: others may create objects in schema "%s" of its search path',
        migration.name,
        refused.schema),
      detail = format('That is %s. What fits the SQL of the definition better than what it means is called by the '
        'trigger, with the '
        'rights of "%s", in each session that writes to the table.', refused.who, session_user),
      hint = format('Let only the author create there: revoke create on schema %I from ...; or, as where another role '
        'owns it, '
        'leave the schema out: search_path => %L, and write names with their schemas.', refused.schema,
        array_remove(array_remove(array_remove(migration.search_path, 'pg_catalog'), 'pg_temp'), refused.schema::text));
  end if;
end
$$;

comment on function sluice_internal.refuse_open_schemas(sluice_internal.migration) is
  'Raises where a capture trigger would look names up in a schema in which others than the author may create objects.';
