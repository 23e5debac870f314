"""A migration against one bulk UPDATE of the same table, in one run."""

import dataclasses

from support import migrations, tables
from support.cost import Cost, costing
from support.database import Database

SET = "bid2 = bid"
PENDING = "bid2 is null"


@dataclasses.dataclass
class Comparison:
    """What both cost, and how the migration went."""

    bulk: Cost
    migration: Cost
    hot_share: float
    stripes: float

    @property
    def time(self):
        return self.migration.seconds / self.bulk.seconds

    @property
    def wal(self):
        return self.migration.wal / self.bulk.wal


def bulk_update(rows, set=SET, pending=PENDING, **table):
    """The cost of one UPDATE."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows, **table)
        with costing(database, "accounts") as cost:
            database.run(f"update accounts set {set} where {pending}")
    return cost


def compare(bulk, rows, workers=1, set=SET, pending=PENDING, walk="auto", **table):
    """The migration of a table made like the one that the bulk UPDATE changed."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows, **table)
        migrations.define(database, "bench", "accounts", pending, walk, set=set)
        with costing(database, "accounts") as cost:
            migrations.run(database, "bench", workers)
        wrong = database.number(f"select count(*) from accounts where {pending}")
        if wrong:
            raise RuntimeError(f"{wrong:.0f} rows were not migrated")
        return Comparison(bulk, cost, migrations.hot_share(database, "bench"), migrations.stripes(database, "bench"))
