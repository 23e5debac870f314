"""What something cost: time, WAL, growth."""

import contextlib
import dataclasses
import time


@dataclasses.dataclass
class Cost:
    seconds: float = 0
    wal: float = 0
    table_growth: float = 0
    index_growth: float = 0


# TOAST is left out: it is large, no figure changes it, and it would hide how much the table itself grows.
SIZES = """
select pg_current_wal_lsn() - '0/0', pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0),
  pg_indexes_size(c.oid)
from pg_class c
where c.oid = '{table}'::regclass
"""


@contextlib.contextmanager
def costing(database, table):
    """Measures what its block does to a table of the database."""
    cost = Cost()

    def sizes():
        return [float(part) for part in database.run(SIZES.format(table=table)).split("|")]

    before = sizes()
    begun = time.monotonic()
    yield cost
    cost.seconds = cost.seconds or time.monotonic() - begun
    after = sizes()
    cost.wal = after[0] - before[0]
    cost.table_growth = 100 * (after[1] / before[1] - 1)
    cost.index_growth = 100 * (after[2] / before[2] - 1)
