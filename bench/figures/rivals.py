"""The same 1,000,000 rows by what people use today: time of each / time of the migration, planning and verification
included. bench/rivals/README.md says how each is set up.
"""

import os
import pathlib
import subprocess

from support import comparison, tables
from support.cost import costing
from support.database import ROOT, Database
from support.figure import Figure

SECONDS = 120
ROWS = 1_000_000
DJANGO_ROWS = 20_000
RIVALS = ROOT / "bench/rivals"
PYTHON = pathlib.Path(os.environ.get("SLUICE_SERVERS", "/var/tmp/sluice-servers")) / "tools/bin/python"

FIGURES = [
    Figure("rivals_sluice", "1,000,000 rows, primary key only, by Sluice at full speed, 1 worker", "s"),
    Figure("rivals_bulk", "one bulk UPDATE / Sluice", "ratio"),
    Figure("rivals_loop", "PL/pgSQL loop over key ranges of 1,000, COMMIT after each / Sluice", "ratio", at_least=1),
    Figure("rivals_loop_tuned", "the same tuned: ranges of 10,000, synchronous_commit off / Sluice", "ratio", at_least=1),
    Figure("rivals_limit", "PL/pgSQL loop with WHERE ... LIMIT 1000, COMMIT after each / Sluice", "ratio", at_least=1),
    Figure("rivals_psycopg", "psycopg loop, 1,000 rows read and updated a transaction / Sluice", "ratio", at_least=1),
    Figure("rivals_psycopg_ranges", "psycopg loop, one UPDATE for 5,000 keys a transaction / Sluice", "ratio", at_least=1),
    Figure("rivals_django", "django-maintenance-tasks, its defaults, the first 20,000 rows / Sluice: time a row", "ratio", at_least=1),
    Figure("rivals_django_ranges", "django-maintenance-tasks, one UPDATE for 5,000 keys / Sluice", "ratio", at_least=1),
    Figure("rivals_django_rate", "django-maintenance-tasks, its defaults", "rows/s"),
    Figure("rivals_sluice_rate", "Sluice", "rows/s"),
]

LOOP = """
do $$
declare
  reached integer := 0;
  last integer := (select max(aid) from accounts);
begin
  while reached < last loop
    update accounts set bid2 = bid where aid > reached and aid <= reached + {size} and bid2 is null;
    reached := reached + {size};
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


def seconds(rows, work, up_to=None, prepare=None):
    """How long work takes that fills all rows, or those up to a key."""
    with Database("sluice_bench") as database:
        tables.accounts(database, "accounts", rows)
        if prepare:
            prepare(database)
        with costing(database, "accounts") as cost:
            work(database)
        if database.number(f"select count(*) from accounts where bid2 is distinct from bid and aid <= {up_to or rows}"):
            raise RuntimeError("the rival left rows behind")
    return cost.seconds


def python(database, *arguments):
    subprocess.run(
        [PYTHON, *arguments], check=True, cwd=RIVALS, stdout=subprocess.DEVNULL,
        env=database.environment() | {"PYTHONDONTWRITEBYTECODE": "1"})


def has(module):
    return PYTHON.exists() and subprocess.run(
        [PYTHON, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def by_django(task, arguments="{}"):
    return lambda database: python(
        database, "manage.py", "maintenance_tasks", "run", f"backfills.maintenance_tasks.{task}", "--arguments", arguments)


def migrate(database):
    python(database, "manage.py", "migrate", "--verbosity", "0")


def measure(scale):
    rows, django_rows = scale.rows(ROWS), scale.rows(DJANGO_ROWS) if not scale.quick else 1000
    bulk = comparison.bulk_update(rows)
    own = comparison.compare(bulk, rows).migration.seconds
    values = {
        "rivals_sluice": own,
        "rivals_sluice_rate": rows / own,
        "rivals_bulk": bulk.seconds / own,
        "rivals_loop": seconds(rows, lambda database: database.run(LOOP.format(size=1000))) / own,
        "rivals_loop_tuned": seconds(
            rows, lambda database: database.run("set synchronous_commit = off", LOOP.format(size=10_000))) / own,
        "rivals_limit": seconds(rows, lambda database: database.run(LIMIT)) / own,
    }
    if has("psycopg"):
        values["rivals_psycopg"] = seconds(rows, lambda database: python(database, "psycopg_rows.py")) / own
        values["rivals_psycopg_ranges"] = seconds(rows, lambda database: python(database, "psycopg_ranges.py")) / own
    if has("maintenance_tasks"):
        rate = django_rows / seconds(rows, by_django("FillRows", f'{{"up_to": {django_rows}}}'), django_rows, migrate)
        values["rivals_django_rate"] = rate
        values["rivals_django"] = rows / own / rate
        values["rivals_django_ranges"] = seconds(rows, by_django("FillRanges"), prepare=migrate) / own
    return values
