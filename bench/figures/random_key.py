"""Rows in random order of their uuid key: a walk in key order comes back to each page later, so it is HOT by itself."""

from support import comparison

ROWS = 3_000_000
SECONDS = 70

FIGURES = [
    *comparison.figures("random_key", "3,000,000 rows, random uuid key, 1 worker", time=0.85, wal=0.65, table=10),
    *comparison.bulk_figures("random_key"),
]


def measure(scale):
    rows = scale.rows(ROWS)
    table = {"key_type": "uuid", "key": "gen_random_uuid()"}
    bulk = comparison.bulk_update(rows, **table)
    run = comparison.compare(bulk, rows, **table)
    return {**comparison.values("random_key", run), **comparison.bulk_values("random_key", bulk)}
