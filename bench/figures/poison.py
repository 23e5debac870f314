"""A table, and the same when a check refuses 1 row in 10,000: each of those has to be found and put aside, and all others
migrated. Once with rows that are as cheap as can be, and once with a change that takes some work, a search vector.
"""

import dataclasses

from support import driver, migrations, tables
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 60
EVERY = 10_000


@dataclasses.dataclass
class Kind:
    """A change of some cost."""

    rows: int
    column: str
    value: str


KINDS = {
    "poison": Kind(1_000_000, "bid2", "bid"),
    "poison_search": Kind(
        500_000, "search", "to_tsvector('english', 'account ' || aid || ' of branch ' || bid || ' has a balance of ' || abalance)"),
}

FIGURES = [
    Figure("poison_search_time", "1 row in 10,000 cannot be given a search vector / all can: time", "ratio", at_most=1.1),
    Figure("poison_search_row", "a row of these", "us"),
    Figure("poison_time", "the same where a column is copied, the cheapest of changes", "ratio", at_most=1.1),
    Figure("poison_row", "a row of these", "us"),
]


def run(kind, rows, refused):
    """Seconds to the end; both tables have a check, so that both pay for it."""
    pending = f"{kind.column} is null"
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows)
        database.run(
            "alter table accounts add column search tsvector",
            f"alter table accounts add constraint sound check ({pending} or aid % {EVERY} <> {refused})")
        migrations.define(database, "bench", "accounts", pending, set=f"{kind.column} = {kind.value}")
        with driver.serving(database) as served, Session(database) as session:
            # with rows put aside a run ends as failed, so that somebody looks at them
            seconds = migrations.finish(served, session, "bench", end="finished" if refused < 0 else "failed")
        aside = database.number("select count(*) from sluice.quarantined")
        expected = rows // EVERY if refused == 0 else 0
        if aside != expected or database.number(f"select count(*) from accounts where {pending}") != expected:
            raise RuntimeError("other rows were left behind than those that the check refuses")
        return seconds


def measure(scale):
    values = {}
    for name, kind in KINDS.items():
        rows = scale.rows(kind.rows)
        sound = run(kind, rows, refused=-1)
        values[f"{name}_time"] = run(kind, rows, refused=0) / sound
        values[f"{name}_row"] = 1e6 * sound / rows
    return values
