-- The guards that come with Sluice. Installing again, or upgrading, renews what they measure and leaves thresholds,
-- what is exempt, and whether they are enabled, as a DBA set them.
--
-- Each is read at most once a second and target, in a fraction of a millisecond. What a plain role may not see is
-- null, which is nothing to measure: grant pg_monitor to the owner of schema sluice for replication_lag and
-- oldest_transaction.

insert into sluice.guard as g (name, enabled, slow_at, hold_at, unit, description, measure, culprit, advice)
values
  ('replication_lag', true, 10, 60, 'seconds', 'time that the slowest standby is behind',
    $measure$(
      select max(extract(epoch from r.replay_lag))
      from pg_stat_replication r where coalesce(r.application_name, '') <> all ($2))$measure$,
    $culprit$(
      select format('standby "%s"', r.application_name)
      from pg_stat_replication r
      where r.application_name <> all ($2) and r.replay_lag is not null
      order by r.replay_lag desc limit 1)$culprit$,
    'Of a standby that is late on purpose, as an operator: '
    'update sluice.guard set exempt = exempt || array[''application_name of the standby''] where name = ''replication_lag'';'),

  ('replication_bytes', true, 256, 2048, 'MB',
    'WAL that the slowest standby or subscriber has still to get, or a slot keeps',
    $measure$(
      select max(pg_wal_lsn_diff(pg_current_wal_lsn(), s.reached)) / 1048576
      from sluice_internal.wal_readers() as s where s.reader <> all ($2)
        and coalesce(s.standby, '') <> all ($2))$measure$,
    $culprit$(
      select s.description
      from sluice_internal.wal_readers() as s where s.reader <> all ($2) and coalesce(s.standby, '') <> all ($2)
        and s.reached is not null
      order by s.reached limit 1)$culprit$,
    'A slot that nobody reads keeps WAL until the disk is full. Connect its reader, or, where none will come: '
    'select pg_drop_replication_slot(''...''); To go on all the same, as an operator: '
    'update sluice.guard set exempt = exempt || array[''name of the slot or standby''] where name = ''replication_bytes'';'),

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
      where current_setting('archive_mode') <> 'off' and known.segment ~ '^[0-9A-F]{24}')$measure$, null,
    'select * from pg_stat_archiver; says which segment could not be archived last, and since when.'),

  -- of batches on this target only: others need not wait for what they do not cause
  ('lock_waiters', true, 2, 10, 'sessions', 'the number of sessions that wait for a lock of a batch on the target',
    $measure$(
      select count(distinct w.pid)
      from pg_locks w
      cross join unnest(pg_blocking_pids(w.pid)) as b (pid)
      -- CREATE INDEX CONCURRENTLY waits for each transaction of the database, which is no wait for a lock
      where not w.granted and w.locktype <> 'virtualxid'
        and b.pid in (select s.pid from sluice_internal.batch_backends() as s where s.target = $1))$measure$,
        null, null),

  -- batches count as all others do, and are short
  ('oldest_transaction', true, 600, 14400, 'seconds',
    'the age of the oldest transaction, here or on a standby, which keeps dead rows from being removed',
    $measure$(select extract(epoch from clock_timestamp() - min(h.began_at))
      from sluice_internal.xmin_holders() as h)$measure$,
    $culprit$(select h.holder from sluice_internal.xmin_holders() as h order by h.began_at limit 1)$culprit$,
    'It goes on when that transaction ends. To end it: {remedy}'),

  ('vacuum_running', true, 0, 4, 'of its tables', 'vacuum, analyze or an index build on the target',
    $measure$(
      select count(distinct l.relation)
      from pg_locks l
      where l.mode = 'ShareUpdateExclusiveLock' and l.granted
        -- the upkeep of migrations is none of others
        and not exists (
          select from sluice_internal.upkeep u where u.pid = l.pid and u.relation = l.relation and u.ended_at is null)
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and l.relation in (select t.relation from sluice_internal.tree_relations($1) as t))$measure$, null, null),

  -- what this session has done is reported when its statement ends: in one CALL of work() that is much, and is added
  -- here
  ('dead_rows', true, 0.4, 0.8, 'of all', 'the share of dead rows in the target',
    $measure$(
      select sum(s.dead)::double precision / nullif(sum(s.dead + s.live), 0)
      from (
        select pg_stat_get_live_tuples(t.relation) as live,
          pg_stat_get_dead_tuples(t.relation) + pg_stat_get_xact_tuples_updated(t.relation)
            - pg_stat_get_xact_tuples_hot_updated(t.relation) + pg_stat_get_xact_tuples_deleted(t.relation) as dead
        from sluice_internal.tree_relations($1) as t) as s
      having sum(s.dead) > 100000)$measure$, null,
    'As the owner of the table: vacuum {target};'),

  ('connections', true, 0.85, 0.97, 'of max_connections', 'the share of connections in use',
    $measure$(
      select sum(d.numbackends) / current_setting('max_connections')::double precision
      from pg_stat_database d)$measure$, null, null),

  ('wal_budget', false, 20, 80, 'MB a second', 'WAL that the server writes, all sessions together',
    $measure$sluice_internal.wal_rate() / 1048576$measure$, null, null),

  ('requested_checkpoint', false, 0.7, 0.95, 'of what forces a checkpoint', 'WAL since the last checkpoint',
    $measure$(
      select pg_wal_lsn_diff(pg_current_wal_lsn(), c.redo_lsn) / pg_size_bytes(current_setting('max_wal_size'))
        * (1 + current_setting('checkpoint_completion_target')::double precision)
      from pg_control_checkpoint() c)$measure$, null, null)
on conflict on constraint guard_pkey do update
  set measure = excluded.measure, culprit = excluded.culprit, unit = excluded.unit, description = excluded.description,
    advice = excluded.advice;

update sluice.guard g
set remedy = '(select h.advice from sluice_internal.xmin_holders() as h order by h.began_at limit 1)'
where g.name = 'oldest_transaction';
