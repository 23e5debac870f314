"""4,000,000 rows in random order of their uuid key: a walk in key order comes back to each page later, so it is HOT by itself."""

from support.comparison import bulk_update, compare
from support.figure import Figure

ROWS = 4_000_000

FIGURES = [
    Figure("random_key_time", "random uuid key: time / bulk UPDATE, 1 worker", "ratio", at_most=0.85),
    Figure("random_key_wal", "WAL / bulk", "ratio", at_most=0.65),
    Figure("random_key_table", "growth of the table", "%", at_most=10),
    Figure("random_key_index", "growth of the index", "%"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    table = {"key_type": "uuid", "key": "gen_random_uuid()"}
    bulk = bulk_update(rows, **table)
    run = compare(bulk, rows, **table)
    return {
        "random_key_time": run.time,
        "random_key_wal": run.wal,
        "random_key_table": run.migration.table_growth,
        "random_key_index": run.migration.index_growth,
    }
