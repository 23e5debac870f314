"""The changed column is indexed, so no update can be HOT."""

from support.comparison import bulk_update, compare
from support.figure import Figure

ROWS = 2_000_000

FIGURES = [
    Figure("indexed_column_time", "indexed column changed: time / bulk UPDATE, 1 worker", "ratio", at_most=1.1),
    Figure("indexed_column_table", "growth of the table", "%", at_most=8),
    Figure("indexed_column_bulk", "growth of the table, bulk", "%"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = bulk_update(rows, indexes=["bid2"])
    run = compare(bulk, rows, indexes=["bid2"])
    return {
        "indexed_column_time": run.time,
        "indexed_column_table": run.migration.table_growth,
        "indexed_column_bulk": bulk.table_growth,
    }
