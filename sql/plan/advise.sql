-- sluice_internal.advise(plan, planning, probed, size, blocker): what a colleague would say who had looked at the plan.
-- Called when:  planning.
-- Locks, writes: nothing.  Raises: nothing.

create or replace function sluice_internal.advise(
  plan sluice_internal.migration_plan, planning sluice_internal.planning, probed sluice_internal.probe_summary,
  size sluice_internal.target_size,
  blocker regclass
)
returns text[]
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select coalesce(array_agg(a.note order by a.position), '{}')
  from (values
    (1, case when plan.rows_estimated = 0 then 'the table is empty, or all was done before' end),
    (2, case when size.never_analyzed
      then format('%s was never analyzed: analyze %1$s; makes the plan better', size.largest) end),
    (3, case when probed.places = 0 and plan.rows_estimated > 0 then format(
      '%s, so it is walked without stripes, at assumed costs; the pace corrects itself from the first batch on',
      case when probed.problems is null then 'it is too small to be worth a probe' else 'no probe succeeded' end) end),
    (4, case when probed.places > 0 and probed.rows_pending = 0 and plan.pending_estimated > 0
        and (planning.stripes is not null or (planning.migration).walk in ('key', 'striped')
          or (planning.migration).kind = 'delete')
      then 'no probe met a pending row, so what a change costs is assumed' end),
    (5, case when probed.problems is not null
      then format('a probe failed with %s', array_to_string(probed.problems, '; ')) end),
    (6, case when (planning.migration).kind = 'handler'
      then 'the handler runs in the application and cannot be probed: 1 ms a row is assumed' end),
    (7, case
      when (planning.migration).kind = 'update' and probed.rows_changed < 0.98 * probed.rows_pending then format(
        'of %s pending rows probed only %s were changed: rows without a match stay pending, and the migration would '
        'not finish; '
        'let pending exclude them', probed.rows_pending, probed.rows_changed)
      when probed.rows_left > 0.02 * probed.rows_pending and btrim(lower((planning.migration).pending)) <> 'true'
        then format(
        'of %s pending rows probed %s were still pending after the change: they would be changed once more, and the '
        'migration '
        'would not finish; let pending be false for what is done', probed.rows_pending, probed.rows_left)
    end),
    (8, case when blocker is not null and plan.stripes > 1
      then format('the change touches index %s, so no update can be HOT and the stripes cost more than they give',
        blocker) end),
    (9, case when plan.table_growth_bytes > 0.2 * size.table_bytes and plan.table_growth_bytes > 100000000 then format(
      'the table grows by %s and its indexes by %s unless vacuum runs in between',
      pg_size_pretty(plan.table_growth_bytes), pg_size_pretty(plan.index_growth_bytes)) end),
    (15, case when (planning.policy).vacuum_share > 0
        and plan.pending_estimated * case
            when (planning.migration).kind = 'delete' then 1
            else coalesce(1 - plan.hot_share, 0)
          end
          > greatest(sluice_internal.upkeep_share((planning.policy).vacuum_share, plan.hot_share) * size.rows, 10000)
      then case
        when size.may_vacuum then format(
          'the driver vacuums it whenever %s %% of its rows have left old versions behind, so that the walk reuses '
          'their space; '
          'sluice.work() cannot', round(100 * sluice_internal.upkeep_share((planning.policy).vacuum_share,
            plan.hot_share), 1))
        else format('"%s" may not vacuum it, so the space of old versions is reused only after autovacuum',
          session_user)
      end end),
    (10, case when (planning.migration).kind = 'delete' and plan.pending_estimated > 0.2 * plan.rows_estimated
      then 'the space of deleted rows is reused only after vacuum, and is not given back to the system' end),
    (11, (
      select string_agg(t.note, '; ' order by t.fires desc)
      from (
        select g.fires, case g.fires
            when 'row' then format('triggers fire on each row: %s', string_agg(distinct g.name, ', '))
            when 'batch' then format('statement triggers fire for each batch: %s', string_agg(distinct g.name, ', '))
            else format('statement triggers and rules of tables that have partitions or inheritors do not fire: %s',
              string_agg(distinct format('%s of %s', g.name, g.relation), ', '))
          end as note
        from sluice_internal.target_triggers(planning.migration) as g
        group by g.fires) as t)),
    (20, (
      select string_agg(format('no index serves foreign key %s: each row that is %s reads all of %s, so first: '
        'create index concurrently on %3$s (%s);', r.reference,
        case (planning.migration).kind when 'delete' then 'deleted' else 'changed' end, r.relation, r.columns), ' ')
      from sluice_internal.unindexed_references(planning.migration) as r)),
    (19, (
      select format('%s is unique by index %s, and is assigned what it is computed from: rows meet values that others '
        'have still, and fail',
        quote_ident(c.column_name), c.index)
      from sluice_internal.self_reading_columns(planning.migration) as c limit 1)),
    (12, case when planning.horizon_age > interval '5 minutes' then format(
      'a transaction has been open for %s: nothing it could see is pruned or vacuumed',
      date_trunc('second', planning.horizon_age))
      end),
    (13, case when planning.guard_factor < 1 and planning.guard_factor > 0
      then format('guards would slow it to %s %% of its speed now', round(100 * planning.guard_factor::numeric)) end),
    (16, case when planning.hold like 'after %' and sluice_internal.free_at((planning.migration).name) is null
      then format('nobody knows when it begins, %s: the plan is for a beginning now', planning.hold) end),
    (17, (
      select string_agg(format('%s: PostgreSQL keeps all WAL for it, about %s of this run%s', s.description,
        pg_size_pretty(plan.wal_bytes),
        case when s.safe_bytes < plan.wal_bytes
          then format(', and invalidates it after %s', pg_size_pretty(greatest(s.safe_bytes, 0))) else '' end), '; '
            order by s.reader)
      from sluice_internal.wal_readers() as s
      where s.reached is not null and plan.wal_bytes > 0 and (not s.is_read or s.safe_bytes < plan.wal_bytes))),
    (18, (
      select format('about %s rows have %s = %s: they are one batch, whatever its size should be; a key of more '
        'columns divides them',
        k.rows_alike, (planning.migration).key_columns[1], k.key)
      from sluice_internal.large_key(planning.migration, size.rows) as k
      where k.rows_alike > plan.batch_size)),
    (20, (
      select format('no index serves the key of %s any more: create one on (%s) before it runs',
        string_agg(l.relation::text, ', '),
        array_to_string((planning.migration).key_columns, ', '))
      from sluice_internal.leaf_relations((planning.migration).target) as l
      where not sluice_internal.serves_key(planning.migration, l.relation)
      having count(*) > 0)),
    (17, case when plan.proof > interval '1 minute' then format(
      'it ends with one query over the whole table, which takes about %s and holds back vacuum meanwhile; '
      'policy.proof_time allows %s%s',
      sluice_internal.readable_interval(extract(epoch from plan.proof)::double precision),
      sluice_internal.readable_interval(extract(epoch from (planning.policy).proof_time)::double precision),
      case when plan.proof > (planning.policy).proof_time then ', so define it with proof => ''ranges'''
        else '' end) end),
    (18, case when btrim(lower((planning.migration).pending)) <> 'true'
      and greatest(probed.rows_visited, size.rows_sampled) > 0
        and coalesce(probed.rows_pending, 0) = 0 and coalesce(size.pending_sampled, 0) = 0
      then format('0 of %s rows probed are pending: nothing will be changed%s',
        greatest(probed.rows_visited, size.rows_sampled),
        case when size.rows_sampled >= size.rows then ''
          else ', unless rows are pending where no probe looked' end) end),
    (14, case when planning.seconds_per_row is not null
      then 'the cost of a row is what its own batches took before' end)
  ) as a (position, note)
  where a.note is not null
$$;

comment on function sluice_internal.advise(
  sluice_internal.migration_plan, sluice_internal.planning, sluice_internal.probe_summary, sluice_internal.target_size,
  regclass) is
  'Notes on a plan: what is doubtful, costly, or could be better.';
