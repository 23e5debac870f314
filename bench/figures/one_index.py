"""5,000,000 packed rows with nothing but a primary key: the table on which a bulk UPDATE is at its best."""

from support import comparison

ROWS = 5_000_000
SECONDS = 110

FIGURES = [
    *comparison.figures("one_index", "5,000,000 rows, primary key only, 1 worker", time=1.0),
    *comparison.figures("one_index_two", "the same, 2 workers", time=0.65),
    *comparison.bulk_figures("one_index"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = comparison.bulk_update(rows)
    one = comparison.compare(bulk, rows)
    two = comparison.compare(bulk, rows, workers=2)
    return {
        **comparison.values("one_index", one),
        **comparison.values("one_index_two", two),
        **comparison.bulk_values("one_index", bulk),
    }
