-- sluice_internal.measure_target(target, leaves): rows, bytes and indexes of a table and its leaf relations, whose rows
-- were estimated.
-- Called when:  planning, in the owner's session.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.measure_target(target regclass, leaves sluice_internal.relation_rows[])
returns sluice_internal.target_size
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select
    coalesce(sum(l.rows), 0),
    coalesce(sum(b.bytes), 0) / current_setting('block_size')::bigint,
    coalesce(sum(b.bytes), 0),
    coalesce(sum(pg_indexes_size(l.relation)), 0),
    coalesce(max(i.indexes), 0)::integer,
    count(*),
    (array_agg(l.relation order by b.bytes desc))[1],
    min(greatest(pg_stat_get_last_analyze_time(l.relation), pg_stat_get_last_autoanalyze_time(l.relation))),
    coalesce(bool_or(c.reltuples < 0 and b.bytes > 0), false),
    coalesce(bool_or(l.contradicted), false),
    coalesce(sum(l.rows_sampled), 0),
    coalesce(sum(l.pending_sampled), 0),
    sum(l.rows::numeric * l.pending_sampled / l.rows_sampled) filter (where l.rows_sampled > 0)
      / nullif(sum(l.rows) filter (where l.rows_sampled > 0), 0),
    bool_and(sluice_internal.may_vacuum(l.relation, session_user))
  from unnest(leaves) as l
  join pg_class c on c.oid = l.relation
  cross join lateral (select pg_relation_size(l.relation) as bytes) as b
  cross join lateral (select count(*) as indexes from pg_index x where x.indrelid = l.relation and x.indislive) as i
$$;

comment on function sluice_internal.measure_target(regclass, sluice_internal.relation_rows[]) is
  'The size of a table by its files and statistics.';
