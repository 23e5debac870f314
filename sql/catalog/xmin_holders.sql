-- sluice_internal.xmin_holders(): what keeps dead rows of this database from being removed, and since when:
-- transactions, prepared transactions, and standbys and replication slots, whose hot_standby_feedback hands on the
-- oldest snapshot there. Of these PostgreSQL knows no time: it is that since which their xmin stands still, as seen by
-- readings that are less than a minute apart. catalog_xmin, which a logical slot holds, keeps rows of catalogs only,
-- and no migration waits for it.
-- Called when:  the guard oldest_transaction is read, and when a vacuum removed little.
-- Locks, writes: the rows of sluice_internal.xmin_mark of the session's role.
-- Raises: nothing. Without pg_monitor transactions and standbys of others are not seen.

create or replace function sluice_internal.xmin_holders(
  out holder text, out advice text, out began_at timestamptz
)
returns setof record
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  own_role constant oid := sluice_internal.role_id(session_user);
begin
  return query
  select format('pid %s of %s', a.pid, a.usename), format('select pg_terminate_backend(%s);', a.pid), a.xact_start
  from pg_stat_activity a
  where (a.backend_xid is not null or (a.backend_xmin is not null and a.datname = current_database()))
    and a.xact_start is not null
    -- VACUUM keeps no dead rows; a walsender speaks for a standby
    and a.backend_type <> 'walsender' and a.pid <> pg_backend_pid()
    and a.pid not in (select v.pid from pg_stat_progress_vacuum v);

  return query
  select format('prepared transaction %L in database %s', x.gid, x.database),
    format('rollback prepared %L; or commit prepared %1$L; in database %s.', x.gid, x.database), x.prepared
  from pg_prepared_xacts x;

  return query
  with known as (
    select format('standby "%s"', r.application_name) as name,
      format('End the query on standby "%s", or turn hot_standby_feedback off there.', r.application_name) as advice,
      r.backend_xmin as xmin
    from pg_stat_replication r
    where r.backend_xmin is not null
    union all
    select format('%s slot "%s"%s', s.slot_type, s.slot_name,
        case when s.active then coalesce(format(' of standby "%s"', nullif(r.application_name, '')), '')
          else ', which nobody reads' end),
      case
        when s.active then format('End the query on the standby that reads slot "%s", or turn hot_standby_feedback '
          'off there.', s.slot_name)
        else format('select pg_drop_replication_slot(%L);', s.slot_name)
      end, s.xmin
    from pg_replication_slots s
    left join pg_stat_replication r on r.pid = s.active_pid
    where s.xmin is not null
  ),
  marked as (
    insert into sluice_internal.xmin_mark as m (reader, holder, horizon, since, seen_at)
    select own_role, k.name, min(k.xmin::text), clock_timestamp(), clock_timestamp()
    from known k
    group by k.name
    on conflict on constraint xmin_mark_pkey do update
      set horizon = excluded.horizon, seen_at = excluded.seen_at,
        since = case
          when m.horizon = excluded.horizon and m.seen_at > excluded.seen_at - interval '1 minute' then m.since
          else excluded.since
        end
    returning m.holder, m.since
  )
  select distinct on (k.name) k.name, k.advice, m.since
  from marked m
  join known k on k.name = m.holder;
end
$$;

comment on function sluice_internal.xmin_holders() is
  'Returns what keeps dead rows from being removed: transactions, prepared ones, standbys and slots, since when, and '
  'what ends it.';
