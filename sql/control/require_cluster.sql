-- sluice.require_cluster(names): migrations run only on servers whose cluster_name is one of these, so that a clone
-- by base backup, which is started with another cluster_name, runs none. cluster_name is set for the whole server,
-- in its configuration or on the command line, and no session can change it. Name all servers that may become the
-- primary. Null: it is not looked at.
-- Called by: the owner of schema sluice.
-- Locks, writes: sluice_internal.installation, an event.
-- Raises: SL009 when this server is not among them, or a name is empty.

create or replace function sluice.require_cluster(names text[])
returns void
language plpgsql security definer
set search_path to pg_catalog, pg_temp
as $$
begin
  if current_setting('cluster_name') <> all (names) or cardinality(names) = 0
    or exists (select from unnest(names) as n (name) where n.name is null or n.name = '')
  then
    raise exception using
      errcode = 'SL009',
      message = format('cluster_name of this server, "%s", is not among %s', current_setting('cluster_name'), names),
      detail = 'It would run no migrations.',
      hint = 'Set cluster_name in the configuration of each server that may be the primary, restart it, and name them '
        'all: '
        'select sluice.require_cluster(''{shop_1,shop_2}''); or null for none.';
  end if;
  update sluice_internal.installation i set cluster_names = names;
  perform sluice_internal.record_event(null, 'cluster_required',
    format('%s lets migrations run where cluster_name is %s',
    session_user,
    coalesce(array_to_string(names, ' or '), 'anything')));
end
$$;

comment on function sluice.require_cluster(text[]) is
  'Lets migrations run only where cluster_name is one of these; null: anywhere.';
