"""Narrow, usual and wide rows, the wide ones with 2 kB in TOAST; one column that no index holds is set."""

from support.comparison import bulk_update, compare
from support.figure import Figure

# What a row's filler is; the rest of a row is 20 bytes.
WIDTHS = {
    20: (2_000_000, "boolean"),
    120: (1_000_000, "char(100) default ''"),
    2000: (200_000, "text default random_text()"),
}

FIGURES = [
    figure
    for width in WIDTHS
    for figure in (
        Figure(f"row_{width}_time", f"rows of {width} bytes: time / bulk UPDATE, 1 worker", "ratio", at_most=1.0),
        Figure(f"row_{width}_wal", f"rows of {width} bytes: WAL / bulk", "ratio", at_most=1.0),
        Figure(f"row_{width}_table", f"rows of {width} bytes: growth of the table", "%"),
    )
]


def measure(scale):
    values = {}
    for width, (full, filler) in WIDTHS.items():
        rows = scale.rows(full)
        bulk = bulk_update(rows, filler=filler)
        run = compare(bulk, rows, filler=filler)
        values[f"row_{width}_time"] = run.time
        values[f"row_{width}_wal"] = run.wal
        values[f"row_{width}_table"] = run.migration.table_growth
    return values
