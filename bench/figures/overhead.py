"""What a batch costs beside the author's SQL: batches of one row that is not pending, without history and with a million
batches of history. Claim, bounds, compiled function, cursor, counters, history and commit are all in it.
"""

import time

from support import migrations
from support.database import Database
from support.figure import Figure

FIGURES = [
    Figure("overhead_fresh", "engine overhead of an empty batch, no history", "ms", at_most=0.5),
    Figure("overhead_history", "the same, 1,000,000 batches in history", "ms", at_most=0.5),
    Figure("overhead_ratio", "with history / without", "ratio", at_most=1.1),
]

HISTORY = """
insert into sluice.batch (migration_id, lane_id, act, backend_pid, started_at, finished_at, lower, upper,
  rows_visited, rows_changed, outcome)
select 1, 1, 'change', 1, now() - i * interval '1 s', now() - i * interval '1 s' + interval '50 ms', array[i::text],
  array[(i + 1000)::text], 1000, 1000, 'done'
from generate_series(1, {rows}) as i
"""


def overhead(scale, history):
    rows = scale.samples(10_000)
    with Database("sluice_bench") as database:
        database.run(
            "create table nothing (id integer primary key, done boolean not null)",
            f"insert into nothing select i, true from generate_series(1, {rows}) as i",
            "vacuum (analyze) nothing")
        if history:
            database.run(HISTORY.format(rows=scale.rows(1_000_000)), "vacuum (analyze) sluice.batch")
        migrations.define(database, "bench", "nothing", "not done", walk="key", set="done = true", min_batch=1, max_batch=1)
        database.run("select from sluice.schedule('bench', immediately => true)", "checkpoint")
        batches = "select coalesce(sum(l.batches), 0) from sluice.lane l"
        before = database.number(batches)
        begun = time.monotonic()
        database.run("call sluice.work('1 hour', until_idle => true)")
        seconds = time.monotonic() - begun
        return 1000 * seconds / (database.number(batches) - before)


def measure(scale):
    fresh = overhead(scale, history=False)
    old = overhead(scale, history=True)
    return {"overhead_fresh": fresh, "overhead_history": old, "overhead_ratio": old / fresh}
