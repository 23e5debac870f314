-- How scripts/test-case runs the migrations of a case, in one mode after another.

create function checks.migrations() returns setof text
language sql stable
set search_path to pg_catalog, pg_temp
as $$
  select d.name from sluice.definitions d order by d.defined_at
$$;

-- The same definitions once more, with another walk.
create procedure checks.redefine(wanted_walk text)
language plpgsql
as $$
declare
  known record;
  given record;
  names text[] := array(select checks.migrations());
begin
  create temporary table redefined on commit drop as select d.name, d.definition, d.defined_at from sluice.definitions d;
  perform sluice.forget(n.name) from unnest(names) with ordinality as n (name, position) order by n.position desc;
  for known in select r.name, r.definition from redefined r order by r.defined_at loop
    select * into given from jsonb_to_record(known.definition) as d (
      target regclass, pending text, set text, delete boolean, statements text[], handler text, source text, match text,
      key text[], capture boolean, after text[], on_finish text[], max_failed numeric);
    perform sluice.define(known.name, given.target, pending => given.pending, set => given.set,
      delete => coalesce(given.delete, false), statements => given.statements, handler => given.handler,
      source => given.source, match => given.match, key => case when wanted_walk <> 'blocks' then given.key end,
      walk => wanted_walk, capture => coalesce(given.capture, false), after => coalesce(given.after, '{}'),
      on_finish => coalesce(given.on_finish, '{}'), max_failed => given.max_failed);
  end loop;
end
$$;

-- Works until the migrations are finished or failed; several sessions may.
create procedure checks.work()
language plpgsql
as $$
declare
  ends_at timestamptz := clock_timestamp() + interval '10 minutes';
begin
  while exists (select from sluice.progress p where p.state in ('scheduled', 'running', 'verifying')) loop
    if clock_timestamp() > ends_at then
      raise exception 'it does not come to an end: %', (select jsonb_agg(p) from sluice.progress as p);
    end if;
    call sluice.work(lasting => '100 milliseconds');
    reset search_path;
  end loop;
end
$$;

-- Runs batches until the first migration has two lanes to work on. Each is a transaction, whose isolation the caller chooses.
create procedure checks.make_lanes()
language plpgsql
as $$
declare
  first_migration text := (select m.name from checks.migrations() as m (name) limit 1);
  progress sluice.progress;
begin
  commit;
  set transaction isolation level read committed;
  -- on a busy machine batches are smaller, and more of them
  loop
    progress := sluice.progress(first_migration);
    exit when progress.state not in ('scheduled', 'running');
    if progress.lanes >= 2 then
      return;
    end if;
    perform sluice_internal.run_one(first_migration);
    commit;
    set transaction isolation level read committed;
  end loop;
  raise exception 'no second lane before the end: %', (select jsonb_agg(l) from sluice.lanes as l);
end
$$;

-- Waits, holding a lock on sluice_internal.batch, until so many workers have changed rows and wait to write their batch down, or for one
-- another. So it is certain that they are in the middle; then the first of them may be ended.
create procedure checks.meet(workers integer, terminate boolean)
language plpgsql
as $$
declare
  ends_at timestamptz := clock_timestamp() + interval '2 minutes';
  waiting integer[];
  -- other databases may have relations of the same numbers
  here oid := (select d.oid from pg_database d where d.datname = current_database());
begin
  loop
    select array_agg(l.pid) into waiting
    from pg_locks l
    where l.database = here and l.relation = 'sluice_internal.lane'::regclass and l.granted and l.mode = 'RowShareLock' and cardinality(pg_blocking_pids(l.pid)) > 0
      and exists (
        select from pg_locks h
        join pg_class c on c.oid = h.relation and c.relnamespace = 'public'::regnamespace
        where h.pid = l.pid and h.database = here and h.granted and h.mode = 'RowExclusiveLock');
    exit when cardinality(waiting) >= workers;
    if clock_timestamp() > ends_at then
      raise exception 'waited for % workers in the middle of a batch, met %: %', workers, coalesce(cardinality(waiting), 0),
        (select jsonb_agg(jsonb_build_array(a.pid, a.state, a.wait_event, a.query)) from pg_stat_activity a where a.usename = 'author');
    end if;
    perform pg_sleep(0.005);
  end loop;
  if terminate and not pg_terminate_backend(waiting[1], 5000) then
    raise exception 'worker % did not end', waiting[1];
  end if;
end
$$;

create function checks.schedule(workers integer) returns void
language sql
as $$
  select sluice.schedule(m.name, workers => schedule.workers, immediately => true) from checks.migrations() as m (name)
$$;

create procedure checks.cleanup()
language plpgsql
as $$
declare
  name text;
begin
  for name in select checks.migrations() loop
    call sluice.cleanup(name);
    reset search_path;
  end loop;
end
$$;

-- Every table without a row.
create procedure checks.empty()
language plpgsql
as $$
begin
  execute (
    select string_agg(format('truncate %I.%I cascade;', s.schema, t.name), ' ')
    from unnest('{public, initial, expected}'::text[]) as s (schema), checks.tables(s.schema) as t (name));
  truncate checks.ledger;
end
$$;
