-- The guards that come with Sluice. Installing again, or upgrading, renews what they measure and leaves thresholds, and
-- whether they are enabled, as a DBA set them.
--
-- Each is read at most once a second and target, in a fraction of a millisecond. What a plain role may not see is null,
-- which is nothing to measure: grant pg_monitor to the owner of schema sluice for replication_lag and oldest_transaction.

insert into sluice.guard as g (name, enabled, slow_at, hold_at, unit, description, measure)
values
  ('replication_lag', true, 10, 60, 'seconds', 'time that the slowest standby is behind',
    $measure$(select max(extract(epoch from r.replay_lag)) from pg_stat_replication r)$measure$),

  ('replication_bytes', true, 256, 2048, 'MB', 'WAL that the slowest standby or subscriber has still to get',
    $measure$(
      select max(pg_wal_lsn_diff(pg_current_wal_lsn(), s.reached)) / 1048576
      from (
        select r.replay_lsn as reached from pg_stat_replication r
        union all
        select coalesce(p.confirmed_flush_lsn, p.restart_lsn) from pg_replication_slots p where p.active
      ) as s)$measure$),

  ('archiver_backlog', true, 8, 64, 'segments', 'WAL that waits to be archived',
    $measure$(
      select (pg_current_wal_lsn() - '0/0'::pg_lsn) / pg_size_bytes(current_setting('wal_segment_size'))::numeric
        - (('x' || substr(known.segment, 9, 8))::bit(32)::bigint
            * (4294967296 / pg_size_bytes(current_setting('wal_segment_size')))
          + ('x' || substr(known.segment, 17, 8))::bit(32)::bigint + known.done)
      from pg_stat_archiver a
      cross join lateral (
        select coalesce(a.last_archived_wal, a.last_failed_wal) as segment,
          case when a.last_archived_wal is null then 0 else 1 end as done) as known
      where current_setting('archive_mode') <> 'off' and known.segment ~ '^[0-9A-F]{24}')$measure$),

  ('lock_waiters', true, 2, 10, 'sessions', 'the number of sessions that wait for a lock of a batch',
    $measure$(
      select count(distinct w.pid)
      from pg_locks w
      cross join unnest(pg_blocking_pids(w.pid)) as b (pid)
      join pg_stat_activity a on a.pid = b.pid
      where not w.granted and a.datname = current_database() and a.application_name like 'sluice % lane %')$measure$),

  ('oldest_transaction', true, 600, 14400, 'seconds', 'the age of the oldest transaction, which keeps dead rows from being removed,',
    $measure$(
      select max(extract(epoch from clock_timestamp() - t.began_at))
      from (
        select a.xact_start as began_at
        from pg_stat_activity a
        where (a.backend_xid is not null or (a.backend_xmin is not null and a.datname = current_database()))
          and a.pid <> pg_backend_pid() and a.application_name not like 'sluice %'
        union all
        select x.prepared from pg_prepared_xacts x
      ) as t)$measure$),

  ('vacuum_running', true, 0, 4, 'of its tables', 'vacuum, analyze or an index build on the target',
    $measure$(
      select count(distinct l.relation)
      from pg_locks l
      join pg_stat_activity a on a.pid = l.pid and a.application_name not like 'sluice %'
      where l.mode = 'ShareUpdateExclusiveLock' and l.granted
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and (l.relation = $1 or l.relation in (select t.relid from pg_partition_tree($1) as t)))$measure$),

  ('dead_rows', true, 0.4, 0.8, 'of all', 'the share of dead rows in the target',
    $measure$(
      select sum(pg_stat_get_dead_tuples(t.relid))::double precision
        / nullif(sum(pg_stat_get_dead_tuples(t.relid) + pg_stat_get_live_tuples(t.relid)), 0)
      from (select $1 as relid union select p.relid from pg_partition_tree($1) as p) as t
      having sum(pg_stat_get_dead_tuples(t.relid)) > 100000)$measure$),

  ('connections', true, 0.85, 0.97, 'of max_connections', 'the share of connections in use',
    $measure$(
      select sum(d.numbackends) / current_setting('max_connections')::double precision from pg_stat_database d)$measure$),

  ('wal_budget', false, 20, 80, 'MB a second', 'WAL that the server writes, all sessions together,',
    $measure$sluice.wal_rate() / 1048576$measure$),

  ('requested_checkpoint', false, 0.7, 0.95, 'of what forces a checkpoint', 'WAL since the last checkpoint',
    $measure$(
      select pg_wal_lsn_diff(pg_current_wal_lsn(), c.redo_lsn) / pg_size_bytes(current_setting('max_wal_size'))
        * (1 + current_setting('checkpoint_completion_target')::double precision)
      from pg_control_checkpoint() c)$measure$)
on conflict on constraint guard_pkey do update
  set measure = excluded.measure, unit = excluded.unit, description = excluded.description;
