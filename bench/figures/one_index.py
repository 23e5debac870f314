"""5,000,000 packed rows with nothing but a primary key: the table on which a bulk UPDATE is at its best."""

from support.comparison import bulk_update, compare
from support.figure import Figure

ROWS = 5_000_000

FIGURES = [
    Figure("one_index_time", "5,000,000 rows, primary key only: time / bulk UPDATE, 1 worker", "ratio", at_most=1.0),
    Figure("one_index_time_two", "the same, 2 workers", "ratio", at_most=0.65),
    Figure("one_index_wal", "WAL / bulk, 1 worker", "ratio"),
    Figure("one_index_wal_two", "WAL / bulk, 2 workers", "ratio"),
    Figure("one_index_growth", "growth of the table, 1 worker", "%"),
    Figure("one_index_growth_two", "growth of the table, 2 workers", "%"),
    Figure("one_index_growth_bulk", "growth of the table, bulk", "%"),
    Figure("one_index_bulk", "seconds of the bulk UPDATE", "s"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = bulk_update(rows)
    one = compare(bulk, rows)
    two = compare(bulk, rows, workers=2)
    return {
        "one_index_time": one.time,
        "one_index_time_two": two.time,
        "one_index_wal": one.wal,
        "one_index_wal_two": two.wal,
        "one_index_growth": one.migration.table_growth,
        "one_index_growth_two": two.migration.table_growth,
        "one_index_growth_bulk": bulk.table_growth,
        "one_index_bulk": bulk.seconds,
    }
