"""2,000,000 packed rows with a primary key and three more indexes: the table on which a bulk UPDATE is dear."""

from support import comparison

ROWS = 2_000_000
SECONDS = 60
INDEXES = ["bid, aid", "abalance, aid", "bid, abalance, aid"]

FIGURES = [
    *comparison.figures(
        "four_indexes", "2,000,000 rows, primary key and 3 indexes, 1 worker", time=0.55, wal=0.50, table=10, index=3),
    *comparison.bulk_figures("four_indexes"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = comparison.bulk_update(rows, indexes=INDEXES)
    run = comparison.compare(bulk, rows, indexes=INDEXES)
    return {**comparison.values("four_indexes", run), **comparison.bulk_values("four_indexes", bulk)}
