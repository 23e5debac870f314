"""1,000,000 rows, and the same when a check refuses 1 in 10,000 of them: each of those has to be found and put aside, and
all others migrated.
"""

from support import driver, migrations, tables
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 25
ROWS = 1_000_000
EVERY = 10_000

FIGURES = [
    Figure("poison_time", "1 row in 10,000 cannot be migrated / all can: time", "ratio", at_most=1.1),
    Figure("poison_rows", "rows put aside", "rows"),
]


def run(rows, refused):
    """Seconds to the end, and the rows that were put aside; both tables have a check, so that both pay for it."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows)
        database.run(f"alter table accounts add constraint sound check (bid2 is null or aid % {EVERY} <> {refused})")
        migrations.define(database, "bench", "accounts", "bid2 is null", set="bid2 = bid")
        with driver.serving(database) as served, Session(database) as session:
            # with rows put aside a run ends as failed, so that somebody looks at them
            seconds = migrations.finish(served, session, "bench", end="finished" if refused < 0 else "failed")
        aside = database.number("select count(*) from sluice.quarantined")
        if database.number("select count(*) from accounts where bid2 is null") != aside:
            raise RuntimeError("rows were left behind that nobody put aside")
        return seconds, aside


def measure(scale):
    rows = scale.rows(ROWS)
    sound, _ = run(rows, refused=-1)
    poisoned, aside = run(rows, refused=0)
    return {"poison_time": poisoned / sound, "poison_rows": aside}
