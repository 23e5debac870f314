"""Time a row, from small tables to large ones: it must not grow."""

from support import migrations, tables
from support.cost import costing
from support.database import Database
from support.figure import Figure

SIZES = [100_000, 1_000_000, 10_000_000]

FIGURES = [Figure(f"scaling_{rows}", f"time a row, {rows:,} rows, primary key only", "us") for rows in SIZES] + [
    Figure("scaling_ratio", "10,000,000 rows / 1,000,000 rows, time a row", "ratio", at_most=1.2)]


def measure(scale):
    values = {}
    for size in SIZES:
        rows = scale.rows(size)
        with Database("sluice_bench") as database:
            tables.accounts(database, "accounts", rows)
            migrations.define(database, "bench", "accounts", "bid2 is null", set="bid2 = bid")
            with costing(database, "accounts") as cost:
                migrations.run(database, "bench")
        values[f"scaling_{size}"] = 1e6 * cost.seconds / rows
    values["scaling_ratio"] = values["scaling_10000000"] / values["scaling_1000000"]
    return values
