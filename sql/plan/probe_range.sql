-- sluice_internal.probe_range(migration, relation, lower, upper, seconds): one batch behind lower, executed, timed, and
-- rolled back. It begins some random rows further on, because the dead rows that a probe leaves would make the next one
-- at the same place look dearer. A few rows first, which also warms caches and plans; then as many as fit into the
-- time, at most 2000 and no more than one in 800 of the table, but 100.
-- No timer can be armed inside a running statement, so the time is kept by the number of rows, and waits for locks by
-- lock_timeout; a session that wants a hard bound sets statement_timeout before it asks for a plan.
-- Called when:  planning, in the owner's session.
-- Locks: the rows of the probe, for its time.  Writes: nothing that stays; sequences and outside effects excepted.
-- Raises: nothing; an error becomes the probe's problem.

create or replace function sluice_internal.probe_range(
  migration sluice_internal.migration, relation regclass, lower text[], upper text[], seconds double precision
)
returns sluice_internal.probe
language plpgsql
set search_path to pg_catalog, pg_temp
as $$
-- Every name is quoted, and the condition is compiled from checked columns and types:
-- @plpgsql_check_options: security_warnings = off
declare
  first_size constant integer := 50;
  rows_passed_over constant integer := 10000;
  lock_timeout constant text := '100ms';
  -- the new versions stay as dead rows, so a small table gets small probes
  largest_size integer := least(greatest(sluice_internal.estimate_rows(relation) / 800, 100), 2000);
  suffix text := format('%s_%s', migration.migration_id, relation::oid);
  size integer := first_size;
  bound text[];
  begun_at timestamptz;
  tried_at timestamptz := clock_timestamp();
  begun_lsn pg_lsn;
  alias text;
  counts integer[];
  probe sluice_internal.probe;
  best sluice_internal.probe;
begin
  select quote_ident(c.relname) into alias from pg_class c where c.oid = migration.target;
  best.relation := relation;
  begin
    execute format('select b.bound from sluice_internal.%I($1, $2, $3) as b', 'bound_' || suffix)
    into bound using lower, upper, 1 + (random() * rows_passed_over)::integer;
    if bound <> upper then
      lower := bound;
    end if;
  exception when assert_failure or others then
    best.problem := format('%s (SQLSTATE %s)', sqlerrm, sqlstate);
    return best;
  end;

  for attempt in 1 .. 2 loop
    begin
      probe := null;
      probe.relation := relation;
      perform set_config('lock_timeout', lock_timeout, true);
      execute format('select b.bound, b.rows_visited from sluice_internal.%I($1, $2, $3) as b', 'bound_' || suffix)
      into bound, probe.rows_visited using lower, upper, size;

      execute format('select s.sluice_pending from sluice_internal.%I($1, $2, null) as s', 'sweep_' || suffix)
      into probe.rows_pending using lower, bound;
      execute format(
        'select count(distinct split_part(w.ctid::text, '','', 1)) from (select %1$s.ctid from only %2$s as %1$s '
        'where %3$s) as w',
        alias, relation, sluice_internal.batch_range(sluice_internal.key_columns(relation, alias,
          migration.key_columns)))
      into probe.pages using lower, bound;

      begun_at := clock_timestamp();
      execute format('select sluice_internal.%I($1, $1, 1024, 0)', 'change_' || suffix) using bound;
      probe.fixed_seconds := extract(epoch from clock_timestamp() - begun_at);

      begun_at := clock_timestamp();
      execute format('select sluice_internal.%I($1, $2, 1024, 0)', 'change_' || suffix) using lower, bound;
      probe.visit_seconds := extract(epoch from clock_timestamp() - begun_at);

      begun_at := clock_timestamp();
      begun_lsn := pg_current_wal_insert_lsn();
      execute format('select sluice_internal.%I($1, $2, 1, 0)', 'change_' || suffix) into counts using lower, bound;
      probe.rows_changed := counts[1];
      probe.rows_updated := counts[2];
      probe.rows_hot := counts[3];
      set constraints all immediate;
      probe.change_seconds := extract(epoch from clock_timestamp() - begun_at);
      probe.wal_bytes := pg_current_wal_insert_lsn() - begun_lsn;
      execute format('select s.sluice_pending from sluice_internal.%I($1, $2, null) as s', 'sweep_' || suffix)
      into probe.rows_left using lower, bound;
      raise exception using errcode = 'SL090', message = 'rolled back on purpose';
    exception
      when sqlstate 'SL090' then
        best := probe;
      when assert_failure or others then
        best.problem := format('%s (SQLSTATE %s)', sqlerrm, sqlstate);
        return best;
    end;
    exit when probe.rows_visited < size;
    size := least(greatest(
      size * (seconds - extract(epoch from clock_timestamp() - tried_at))
        / (2 * greatest(probe.visit_seconds + probe.change_seconds, 0.000001)), 0), largest_size)::integer;
    exit when size <= first_size;
  end loop;
  return best;
end
$$;

comment on function sluice_internal.probe_range(sluice_internal.migration, regclass, text[], text[],
  double precision) is
  'What one batch at one place of the table finds and takes; rolled back.';
