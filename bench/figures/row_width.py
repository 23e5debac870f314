"""Narrow, usual and wide rows, the wide ones with 2 kB in TOAST; one column that no index holds is set."""

from support import comparison
from support.figure import Figure

SECONDS = 70

# Rows, and what fills a row up to its width; the rest of it is 16 bytes.
WIDTHS = {
    20: (2_000_000, {"filler": "integer default 0"}),
    120: (2_000_000, {"filler": "char(103) default ''"}),
    2000: (400_000, {"filler": "text", "text": 2100}),
}

NAMES = {20: "20 bytes", 120: "120 bytes", 2000: "2 kB in TOAST"}


def figures(width, rows):
    prefix = f"row_{width}"
    return [
        *comparison.figures(prefix, f"{rows:,} rows of {NAMES[width]}, primary key only, 1 worker", time=1.0, wal=1.0),
        Figure(f"{prefix}_growth", "growth of the table / bulk", "ratio", at_most=1.0),
        *comparison.bulk_figures(prefix),
    ]


FIGURES = [figure for width, (rows, _) in WIDTHS.items() for figure in figures(width, rows)]


def measure(scale):
    values = {}
    for width, (full, table) in WIDTHS.items():
        prefix = f"row_{width}"
        rows = scale.rows(full)
        bulk = comparison.bulk_update(rows, **table)
        run = comparison.compare(bulk, rows, **table)
        values |= comparison.values(prefix, run) | comparison.bulk_values(prefix, bulk)
        values[f"{prefix}_growth"] = run.migration.table_growth / bulk.table_growth
    return values
