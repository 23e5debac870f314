"""2,000,000 packed rows with a primary key and three more indexes: the table on which a bulk UPDATE is dear."""

from support.comparison import bulk_update, compare
from support.figure import Figure

ROWS = 2_000_000
INDEXES = ["bid, aid", "abalance, aid", "bid, abalance, aid"]

FIGURES = [
    Figure("four_indexes_time", "2,000,000 rows, primary key and 3 indexes: time / bulk UPDATE, 1 worker", "ratio", at_most=0.55),
    Figure("four_indexes_wal", "WAL / bulk", "ratio", at_most=0.50),
    Figure("four_indexes_table", "growth of the table", "%", at_most=10),
    Figure("four_indexes_index", "growth of the indexes", "%", at_most=3),
    Figure("four_indexes_hot", "HOT updates", "%"),
    Figure("four_indexes_stripes", "stripes", ""),
    Figure("four_indexes_bulk", "seconds of the bulk UPDATE", "s"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = bulk_update(rows, indexes=INDEXES)
    run = compare(bulk, rows, indexes=INDEXES)
    return {
        "four_indexes_time": run.time,
        "four_indexes_wal": run.wal,
        "four_indexes_table": run.migration.table_growth,
        "four_indexes_index": run.migration.index_growth,
        "four_indexes_hot": run.hot_share,
        "four_indexes_stripes": run.stripes,
        "four_indexes_bulk": bulk.seconds,
    }
