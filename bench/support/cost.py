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


@contextlib.contextmanager
def costing(database, table):
    """Measures what its block does to a table of the database."""
    cost = Cost()

    def sizes():
        return [float(part) for part in database.run(
            f"select pg_current_wal_lsn() - '0/0', pg_table_size('{table}'), pg_indexes_size('{table}')").split("|")]

    before = sizes()
    begun = time.monotonic()
    yield cost
    cost.seconds = time.monotonic() - begun
    after = sizes()
    cost.wal = after[0] - before[0]
    cost.table_growth = 100 * (after[1] / before[1] - 1)
    cost.index_growth = 100 * (after[2] / before[2] - 1)
