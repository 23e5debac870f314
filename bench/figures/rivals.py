"""The same 1,000,000 rows by what people write by hand: time of each / time of the migration, verification included."""

import os
import pathlib
import subprocess

from support import comparison, tables
from support.cost import costing
from support.database import Database
from support.figure import Figure

ROWS = 1_000_000

FIGURES = [
    Figure("rivals_seconds", "1,000,000 rows, primary key only, by Sluice at full speed", "s"),
    Figure("rivals_bulk", "one bulk UPDATE / Sluice", "ratio"),
    Figure("rivals_loop", "PL/pgSQL loop over key ranges of 1,000, COMMIT after each / Sluice", "ratio"),
    Figure("rivals_limit", "PL/pgSQL loop with WHERE ... LIMIT 1000, COMMIT after each / Sluice", "ratio"),
    Figure("rivals_psycopg", "psycopg loop, 1,000 rows fetched and updated a transaction / Sluice", "ratio"),
]

LOOP = """
do $$
declare
  reached integer := 0;
begin
  while reached < (select max(aid) from accounts) loop
    update accounts set bid2 = bid where aid > reached and aid <= reached + 1000 and bid2 is null;
    reached := reached + 1000;
    commit;
  end loop;
end $$
"""

LIMIT = """
do $$
begin
  loop
    update accounts set bid2 = bid where aid in (select aid from accounts where bid2 is null limit 1000);
    exit when not found;
    commit;
  end loop;
end $$
"""

PSYCOPG = """
import psycopg
with psycopg.connect() as connection:
    last = 0
    while True:
        rows = connection.execute(
            "select aid, bid from accounts where aid > %s and bid2 is null order by aid limit 1000", [last]).fetchall()
        if not rows:
            break
        connection.cursor().executemany("update accounts set bid2 = %s where aid = %s", [(bid, aid) for aid, bid in rows])
        connection.commit()
        last = rows[-1][0]
"""

PYTHON = pathlib.Path(os.environ.get("SLUICE_SERVERS", "/var/tmp/sluice-servers")) / "tools/bin/python"


def seconds(rows, work):
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows)
        with costing(database, "accounts") as cost:
            work(database)
        if database.number("select count(*) from accounts where bid2 is null"):
            raise RuntimeError("the rival left rows behind")
    return cost.seconds


def by_psycopg(database):
    subprocess.run([PYTHON, "-c", PSYCOPG], check=True, env=database.environment())


def measure(scale):
    rows = scale.rows(ROWS)
    bulk = comparison.bulk_update(rows)
    own = comparison.compare(bulk, rows).migration.seconds
    values = {
        "rivals_seconds": own,
        "rivals_bulk": bulk.seconds / own,
        "rivals_loop": seconds(rows, lambda database: database.run(LOOP)) / own,
        "rivals_limit": seconds(rows, lambda database: database.run(LIMIT)) / own,
    }
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import psycopg"], stderr=subprocess.DEVNULL).returncode == 0:
        values["rivals_psycopg"] = seconds(rows, by_psycopg) / own
    return values
