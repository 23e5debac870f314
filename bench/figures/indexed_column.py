"""The changed column is indexed, so no update can be HOT: the driver's vacuum between parts makes room instead."""

from support import comparison

ROWS = 2_000_000
SECONDS = 70

FIGURES = [
    *comparison.figures("indexed_column", "2,000,000 rows, the changed column indexed, 1 worker", time=1.1, table=8),
    *comparison.bulk_figures("indexed_column"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = comparison.bulk_update(rows, indexes=["bid2"])
    run = comparison.compare(bulk, rows, indexes=["bid2"])
    return {**comparison.values("indexed_column", run), **comparison.bulk_values("indexed_column", bulk)}
