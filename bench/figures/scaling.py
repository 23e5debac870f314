"""Time a row and memory of the driver, from small tables to large ones, and with many migrations: neither may grow."""

from support import driver, migrations, tables
from support.database import Database
from support.figure import Figure
from support.session import Session

SECONDS = 100
SIZES = [100_000, 1_000_000, 10_000_000]
DEFINED = 1_000
DEFINED_ROWS = 1_000_000

FIGURES = [
    Figure("scaling_ratio", "10,000,000 rows / the best of 100,000 and 1,000,000: time a row", "ratio", at_most=1.2),
    Figure("scaling_memory_ratio", "10,000,000 rows / 100,000 rows: most memory of the driver", "ratio", at_most=1.2),
    Figure("scaling_defined_ratio", "1,000 migrations defined / 1: time a row, 1,000,000 rows", "ratio", at_most=1.2),
    Figure("scaling_defined_memory_ratio", "1,000 migrations defined / 1: most memory of the driver", "ratio", at_most=1.2),
    *(Figure(f"scaling_{rows}", f"{rows:,} rows, primary key only: time a row", "us") for rows in SIZES),
    *(Figure(f"scaling_{rows}_memory", f"{rows:,} rows: most memory of the driver", "MB") for rows in SIZES),
    Figure("scaling_defined", "1,000,000 rows, 1,000 migrations defined: time a row", "us"),
    Figure("scaling_defined_memory", "1,000,000 rows, 1,000 migrations defined: most memory of the driver", "MB"),
]

DEFINE = """
do $$
begin
  for i in 2 .. {count} loop
    perform sluice.define('other_' || i, 'accounts', pending => 'bid2 is null', set => 'bid2 = bid');
    commit;
  end loop;
end $$
"""


def run(rows, defined=1):
    """Microseconds a row, and megabytes of the driver."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows)
        migrations.define(database, "bench", "accounts", "bid2 is null", set="bid2 = bid")
        if defined > 1:
            database.run(DEFINE.format(count=defined), "vacuum (analyze)", "checkpoint")
        with driver.serving(database) as served, Session(database) as session:
            seconds = migrations.finish(served, session, "bench")
            return 1e6 * seconds / rows, served.memory()


def measure(scale):
    time_a_row, memory = {}, {}
    for size in SIZES:
        time_a_row[size], memory[size] = run(scale.rows(size))
    defined, defined_memory = run(scale.rows(DEFINED_ROWS), scale.samples(DEFINED))
    return {
        "scaling_ratio": time_a_row[10_000_000] / min(time_a_row[100_000], time_a_row[1_000_000]),
        "scaling_memory_ratio": memory[10_000_000] / memory[100_000],
        "scaling_defined_ratio": defined / time_a_row[DEFINED_ROWS],
        "scaling_defined_memory_ratio": defined_memory / memory[DEFINED_ROWS],
        **{f"scaling_{size}": time_a_row[size] for size in SIZES},
        **{f"scaling_{size}_memory": memory[size] for size in SIZES},
        "scaling_defined": defined,
        "scaling_defined_memory": defined_memory,
    }
