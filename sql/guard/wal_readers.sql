-- sluice_internal.wal_readers(): what WAL is kept or sent for: standbys and slots, those that nobody reads included,
-- and how far each is. An active logical slot is as far as its subscriber has confirmed; any other keeps WAL from
-- restart_lsn on, which is what fills the disk. Standbys are known by application_name, slots by name; of a slot
-- that a standby reads, standby is that one's name.
-- Called when:  the guard replication_bytes is read; planning.
-- Locks, writes: nothing.  Raises: nothing. Of standbys nothing is seen without pg_monitor.

create or replace function sluice_internal.wal_readers(
  out reader text, out standby text, out description text, out reached pg_lsn, out is_read boolean,
    out safe_bytes bigint
)
returns setof record
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(r.application_name, ''), r.application_name, format('standby "%s"', r.application_name),
    r.replay_lsn, true, null::bigint
  from pg_stat_replication r
  union all
  select s.slot_name, r.application_name,
    format('%s slot "%s"%s', s.slot_type, s.slot_name, case when s.active then '' else ', which nobody reads' end),
    case when s.active and s.slot_type = 'logical' then coalesce(s.confirmed_flush_lsn, s.restart_lsn)
      else s.restart_lsn end,
    s.active, s.safe_wal_size
  from pg_replication_slots s
  left join pg_stat_replication r on r.pid = s.active_pid
$$;

comment on function sluice_internal.wal_readers() is
  'Returns standbys and replication slots, and how far each has come in the WAL.';
