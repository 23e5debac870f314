"""A migration against one bulk UPDATE of the same table, in one run."""

import dataclasses

from support import migrations, tables
from support.cost import Cost, costing
from support.database import Database
from support.figure import Figure

SET = "bid2 = bid"
PENDING = "bid2 is null"


@dataclasses.dataclass
class Comparison:
    """What both cost, and how the migration went."""

    bulk: Cost
    migration: Cost
    hot_share: float


def bulk_update(rows, **table):
    """The cost of one UPDATE."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows, **table)
        with costing(database, "accounts") as cost:
            database.run(f"update accounts set {SET} where {PENDING}")
    return cost


def compare(bulk, rows, workers=1, **table):
    """The migration of a table made like the one that the bulk UPDATE changed."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows, **table)
        migrations.define(database, "bench", "accounts", PENDING, set=SET)
        with costing(database, "accounts") as cost:
            cost.seconds = migrations.run(database, "bench", workers)
        wrong = database.number("select count(*) from accounts where bid2 is distinct from bid")
        if wrong:
            raise RuntimeError(f"{wrong:.0f} rows were not migrated")
        return Comparison(bulk, cost, migrations.hot_share(database, "bench"))


def figures(prefix, what, **goals):
    """The figures of one comparison; goals by what they are: time, wal, table, index."""
    return [
        Figure(f"{prefix}_time", f"{what}: time / one bulk UPDATE", "ratio", at_most=goals.get("time")),
        Figure(f"{prefix}_wal", "WAL / bulk", "ratio", at_most=goals.get("wal")),
        Figure(f"{prefix}_table", "growth of the table", "%", at_most=goals.get("table")),
        Figure(f"{prefix}_index", "growth of the indexes", "%", at_most=goals.get("index")),
        Figure(f"{prefix}_hot", "HOT updates", "%"),
    ]


def values(prefix, comparison):
    """What those figures were."""
    bulk, migration = comparison.bulk, comparison.migration
    return {
        f"{prefix}_time": migration.seconds / bulk.seconds,
        f"{prefix}_wal": migration.wal / bulk.wal,
        f"{prefix}_table": migration.table_growth,
        f"{prefix}_index": migration.index_growth,
        f"{prefix}_hot": comparison.hot_share,
    }


def bulk_figures(prefix):
    """The figures of the bulk UPDATE that others are compared with."""
    return [
        Figure(f"{prefix}_bulk_time", "the bulk UPDATE itself: time", "s"),
        Figure(f"{prefix}_bulk_wal", "WAL", "MB"),
        Figure(f"{prefix}_bulk_table", "growth of the table", "%"),
        Figure(f"{prefix}_bulk_index", "growth of the indexes", "%"),
    ]


def bulk_values(prefix, bulk):
    return {
        f"{prefix}_bulk_time": bulk.seconds,
        f"{prefix}_bulk_wal": bulk.wal / 1048576,
        f"{prefix}_bulk_table": bulk.table_growth,
        f"{prefix}_bulk_index": bulk.index_growth,
    }
