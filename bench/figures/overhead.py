"""What a batch costs beside the author's SQL: batches of one row that is not pending, without history and with a million
batches of history. Claim, bounds, compiled function, cursor, counters, history and commit are all in it.

Measured three times over: by sluice.work(), which has no round trips; by the driver; and step by step, to see where the
time goes. Beside it a loop of a few lines that does the least which a cursor and a history need, as a measure of the processor. Guards are not in it: at full speed they are not read, otherwise once a second.
"""

from support import migrations
from support.database import Database
from support.figure import Figure

SECONDS = 40
STEPS = ["claim", "run", "checkpoint", "commit"]

FIGURES = [
    Figure("overhead_fresh", "engine overhead of an empty batch, no history", "ms", at_most=0.5),
    Figure("overhead_history", "the same, 1,000,000 batches in history", "ms", at_most=0.5),
    Figure("overhead_ratio", "with history / without", "ratio", at_most=1.1),
    Figure("overhead_bare", "a bare loop: lock, UPDATE of no row, cursor, history, COMMIT", "ms"),
    Figure("overhead_bare_ratio", "Sluice / the bare loop", "ratio"),
    Figure("overhead_driver", "by the driver: an empty batch, no history", "ms"),
    *(Figure(f"overhead_{step}", f"of it {step}", "ms") for step in STEPS),
    Figure("overhead_trips", "of it round trips and driver: the rest", "ms"),
]

HISTORY = """
insert into sluice_internal.batch (migration_id, lane_id, act, backend_pid, started_at, finished_at, lower, upper,
  rows_visited, rows_changed, outcome)
select 1, 1, 'change', 1, now() - i * interval '1 s', now() - i * interval '1 s' + interval '50 ms', array[i::text],
  array[(i + 1000)::text], 1000, 1000, 'done'
from generate_series(1, {rows}) as i
"""

# What run_one does, a clock between any two steps; the parts are sums over all batches, the first thousand left out.
STEP_BY_STEP = """
do $$
declare
  claimed sluice_internal.lane_claim;
  result sluice_internal.batch_result;
  clock timestamptz[];
  sums double precision[] := '{0, 0, 0, 0}';
  batches integer := 0;
begin
  loop
    clock[1] := clock_timestamp();
    claimed := sluice_internal.claim();
    exit when batches > 0 and claimed.lane_id is null;
    clock[2] := clock_timestamp();
    if claimed.lane_id is not null then
      result := sluice_internal.run(claimed.lane_id);
      clock[3] := clock_timestamp();
      perform sluice_internal.checkpoint(result);
      clock[4] := clock_timestamp();
      batches := batches + 1;
    end if;
    commit;
    clock[5] := clock_timestamp();
    if batches > {skipped} then
      for step in 1 .. 4 loop
        sums[step] := sums[step] + extract(epoch from clock[step + 1] - clock[step]);
      end loop;
    end if;
  end loop;
  commit;
  create temporary table step as
  select s.number, 1000 * sums[s.number] / (batches - {skipped}) as ms from generate_series(1, 4) as s (number);
end $$
"""

# What any batch with a cursor and a history does at least, with a row of each as small as can be.
BARE = """
create table place (id integer primary key, cursor integer not null, batches integer not null) with (fillfactor = 50);
insert into place values (1, 0, 0);
create table trail (id bigint generated always as identity primary key, cursor integer not null, changed bigint not null,
  began_at timestamptz not null, ended_at timestamptz not null default clock_timestamp());
create procedure bare(batches integer) language plpgsql as $$
declare
  known place;
  changed bigint;
begin
  for number in 1 .. batches loop
    perform set_config('lock_timeout', '500ms', true), set_config('synchronous_commit', 'off', true);
    select p.* into known from place p where p.id = 1 for update skip locked;
    update nothing set done = true where id > known.cursor and id <= known.cursor + 1 and not done;
    get diagnostics changed = row_count;
    update place p set cursor = known.cursor + 1, batches = p.batches + 1 where p.id = 1;
    insert into trail (cursor, changed, began_at) values (known.cursor, changed, now());
    commit;
  end loop;
end $$;
"""

# The functions that the call ran, a batch; those that are compiled of the definition as what they are for.
FUNCTIONS = """
select format('%s us  %s (%s calls)', to_char(sum(u.self_time) * 1000 / b.batches, '990.0'), n.name,
  round(sum(u.calls) / b.batches::numeric, 2))
from pg_stat_user_functions u
cross join lateral (select regexp_replace(u.funcname, '_[0-9]+_[0-9]+$', ' (compiled)') as name) as n
cross join (select sum(l.batches) as batches from sluice_internal.lane l) as b
where u.schemaname = 'sluice'
group by n.name, b.batches
order by sum(u.self_time) desc
limit 16
"""


def prepare(database, rows, history=0):
    database.run(
        "create table nothing (id integer primary key, done boolean not null)",
        f"insert into nothing select i, true from generate_series(1, {rows}) as i",
        "vacuum (analyze) nothing")
    if history:
        database.run(HISTORY.format(rows=history), "vacuum (analyze) sluice_internal.batch")
    migrations.define(database, "bench", "nothing", "not done", walk="key", set="done = true", min_batch=1, max_batch=1)
    database.run("checkpoint")


def between_batches(database):
    """From the beginning of one batch to that of the next, in ms, over all batches of the walk."""
    return database.number(
        "select 1000 * extract(epoch from max(b.started_at) - min(b.started_at)) / (count(*) - 1) "
        "from sluice_internal.batch b where b.act = 'change' and b.started_at >= (select min(m.scheduled_at) from sluice_internal.migration m)")


def by_work(rows, history=0):
    with Database("sluice_bench") as database:
        prepare(database, rows, history)
        database.run(
            "select from sluice.schedule('bench', immediately => true)", "call sluice.work('1 hour', until_idle => true)")
        return between_batches(database)


def by_driver(rows):
    with Database("sluice_bench") as database:
        prepare(database, rows)
        migrations.run(database, "bench")
        return between_batches(database)


def by_bare_loop(rows):
    with Database("sluice_bench") as database:
        prepare(database, rows)
        database.run(BARE, f"call bare({rows})")
        return database.number(
            "select 1000 * extract(epoch from max(began_at) - min(began_at)) / (count(*) - 1) from trail")


def by_steps(rows):
    with Database("sluice_bench") as database:
        prepare(database, rows)
        lines = database.run(
            "select from sluice.schedule('bench', immediately => true)",
            STEP_BY_STEP.replace("{skipped}", str(rows // 10)), "select ms from step order by number")
        return dict(zip(STEPS, map(float, lines.split())))


def by_function(rows):
    """Where the time of a batch goes by the server's own account, which makes it dearer: the functions that take the most."""
    with Database("sluice_bench") as database:
        prepare(database, rows)
        lines = database.run(
            "set track_functions = 'pl'", "select from sluice.schedule('bench', immediately => true)", "select pg_stat_reset()",
            "call sluice.work('1 hour', until_idle => true)", "select pg_sleep(1.5)", FUNCTIONS)
        return ["most time by function, without those it calls:", *(f"  {line}" for line in lines.splitlines() if line)]


def measure(scale):
    rows = scale.samples(5_000)
    fresh = by_work(rows)
    bare = by_bare_loop(rows)
    old = by_work(rows, history=scale.rows(1_000_000))
    driver = by_driver(rows)
    steps = by_steps(rows)
    return {
        "overhead_fresh": fresh,
        "overhead_history": old,
        "overhead_ratio": old / fresh,
        "overhead_bare": bare,
        "overhead_bare_ratio": fresh / bare,
        "overhead_driver": driver,
        **{f"overhead_{step}": milliseconds for step, milliseconds in steps.items()},
        "overhead_trips": driver - sum(steps.values()),
        "notes": by_function(rows),
    }
