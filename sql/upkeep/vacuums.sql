-- View sluice.vacuums: upkeep of each relation of a run: how many old row versions wait for vacuum, and from how many
-- on the driver vacuums.
--
--   part   while rows change: gives the room of old row versions back to the walk; indexes are left alone
--   full   once the walk is done: indexes too, and analyze
--
-- Only what HOT pruning cannot remove counts: updates that were not HOT, and deletes. Tables of less than 10,000 rows,
-- and everything with policy.vacuum_share 0, are left to autovacuum. Between two there is a rest as long as the last
-- one took. After two in a row that removed little, because a transaction or a standby still sees the rows, twice as
-- many have to wait, then four, then eight times.
-- Read by:  viewers, authors and operators; by next_vacuum().
-- Locks, writes: nothing.

create or replace view sluice.vacuums as
select
  m.name,
  m.migration_id,
  sluice_internal.owner_name(m.owner_id, m.owner) as owner,
  w.relation,
  case when w.is_walking then 'part' else 'full' end as kind,
  case when w.is_walking then since.rows_left else since.rows_touched end as rows_waiting,
  limits.due_at_rows,
  limits.due_at_rows > 0
    and case when w.is_walking then since.rows_left else since.rows_touched end >= limits.due_at_rows
    and (not w.is_walking
      or u.ended_at is null
      or u.ended_at + pg_catalog.make_interval(secs => u.last_seconds) <= pg_catalog.clock_timestamp()) as is_due,
  coalesce(u.vacuums, 0) as vacuums,
  u.began_at as last_began_at,
  u.ended_at as last_ended_at,
  pg_catalog.make_interval(secs => u.seconds) as took,
  u.problem,
  w.rows_left,
  w.rows_touched
from (
  select l.migration_id, l.relation,
    pg_catalog.sum(l.rows_updated - l.rows_hot + l.rows_deleted)::bigint as rows_left,
    pg_catalog.sum(l.rows_updated + l.rows_deleted)::bigint as rows_touched,
    pg_catalog.sum(l.rows_hot) / nullif(pg_catalog.sum(l.rows_updated), 0) as hot_share,
    pg_catalog.bool_or(l.act = 'change' and l.state <> 'done') as is_walking
  from sluice_internal.lane l
  group by l.migration_id, l.relation
) as w
join sluice_internal.migration m on m.migration_id = w.migration_id
join pg_catalog.pg_class c on c.oid = w.relation
cross join sluice.policy p
left join sluice_internal.upkeep u on u.migration_id = w.migration_id and u.relation = w.relation
cross join lateral (
  -- lanes that were removed took their counts along: what was seen then says nothing any more
  select
    w.rows_left - case when w.rows_left >= u.rows_left_at_last then u.rows_left_at_last else 0 end as rows_left,
    w.rows_touched - case when w.rows_touched >= u.rows_touched_at_full then u.rows_touched_at_full else 0 end
      as rows_touched
  ) as since
cross join lateral (
  select case when p.vacuum_share > 0
    then greatest(
      pg_catalog.ceil(
        sluice_internal.upkeep_share(p.vacuum_share, case when w.is_walking
          then w.hot_share end) * sluice_internal.estimate_rows(w.relation)),
      10000)::bigint
      -- what removes nothing is tried ever more seldom
      * case when w.is_walking and u.in_vain >= 2 then pg_catalog.power(2, least(u.in_vain - 1, 3))::integer else 1 end
    else 0 end as due_at_rows) as limits
where m.state in ('running', 'verifying', 'finished');

comment on view sluice.vacuums is
  'Upkeep of each relation of a run: what waits for vacuum, when the driver vacuums, and what it did.';
comment on column sluice.vacuums.kind is 'part: room for the walk, without indexes; full: indexes too, and analyze';
comment on column sluice.vacuums.rows_waiting is
  'old row versions since the last attempt that only vacuum removes; for full, all';
comment on column sluice.vacuums.due_at_rows is 'from so many on the driver vacuums; 0: never';
comment on column sluice.vacuums.problem is 'why the last attempt did nothing, or what kept it from removing the rows';
